import { z } from "zod";
import { datedWebhook } from "../contract/webhooks";
import type { MedusaSecrets, MedusaSettings } from "./config";

/** The module in Medusa makes the id of the content. */
export const webhook = datedWebhook<MedusaSettings, MedusaSecrets>("ledgerline-signature", z.looseObject({ id: z.string().min(1).max(200) }));
