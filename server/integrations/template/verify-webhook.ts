import { z } from "zod";
import { datedWebhook } from "../contract/webhooks";
import type { TemplateSecrets, TemplateSettings } from "./config";

/** The event keeps its id in every attempt. */
export const webhook = datedWebhook<TemplateSettings, TemplateSecrets>("x-signature", z.looseObject({ id: z.string().min(1).max(200) }));
