import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  pageSize: z.number().int().min(1).max(100).default(100).meta({ title: "Rows in a page" }),
});
export type PaymentsSettings = z.infer<typeof settings>;
export const secrets = z.object({ apiKey: secret, webhookSecret: secret });
export type PaymentsSecrets = z.infer<typeof secrets>;
export type PaymentsSession = Session<PaymentsSettings, PaymentsSecrets>;
