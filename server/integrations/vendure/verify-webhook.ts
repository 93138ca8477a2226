import { z } from "zod";
import { datedWebhook } from "../contract/webhooks";
import type { VendureSecrets, VendureSettings } from "./config";

/** The plugin makes the id of the content. */
export const webhook = datedWebhook<VendureSettings, VendureSecrets>("ledgerline-signature", z.looseObject({ id: z.string().min(1).max(200) }));
