import { z } from "zod";
import { datedWebhook } from "../contract/webhooks";
import type { ShopSecrets, ShopSettings } from "./config";

/** The event keeps its id in every attempt. */
export const webhook = datedWebhook<ShopSettings, ShopSecrets>("x-northgate-signature", z.looseObject({ id: z.string().min(1).max(200) }));
