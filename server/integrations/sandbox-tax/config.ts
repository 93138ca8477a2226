import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  username: z.string().min(1).max(200).meta({ title: "Account number" }),
  companyCode: z.string().min(1).max(60).meta({ title: "Company code" }),
  shipFrom: z.object({ country: z.string().length(2), region: z.string().min(1).max(10), postalCode: z.string().max(20) }).meta({ title: "Ships from", description: "Where goods leave, for jurisdictions that tax by origin" }),
});
export type TaxSettings = z.infer<typeof settings>;
export const secrets = z.object({ password: secret });
export type TaxSecrets = z.infer<typeof secrets>;
export type TaxSession = Session<TaxSettings, TaxSecrets>;
