import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  keyId: z.string().min(1).max(200).meta({ title: "Key id" }),
  pageSize: z.number().int().min(1).max(200).default(50).meta({ title: "Parcels in a page" }),
  overlapSeconds: z.number().int().min(0).max(86_400).default(300).meta({ title: "Overlap of polling windows" }),
});
export type CarrierSettings = z.infer<typeof settings>;
export const secrets = z.object({ signingSecret: secret, webhookSecret: secret });
export type CarrierSecrets = z.infer<typeof secrets>;
export type CarrierSession = Session<CarrierSettings, CarrierSecrets>;
