import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  clientId: z.string().min(1).max(200).meta({ title: "Client id" }),
  pageSize: z.number().int().min(1).max(200).default(100).meta({ title: "Rows in a page" }),
  overlapSeconds: z.number().int().min(0).max(3600).default(5).meta({ title: "Overlap of polling windows" }),
});
export type CrmSettings = z.infer<typeof settings>;
export const secrets = z.object({ clientSecret: secret });
export type CrmSecrets = z.infer<typeof secrets>;
export type CrmSession = Session<CrmSettings, CrmSecrets>;
