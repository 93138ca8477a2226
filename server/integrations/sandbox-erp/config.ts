import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  company: z.string().regex(/^[A-Za-z0-9]{2,12}$/).meta({ title: "Company", description: "Code of the legal entity in Meridian" }),
  clientId: z.string().min(1).max(200).meta({ title: "Client id" }),
  isSystemOfRecord: z.boolean().default(true).meta({ title: "Its codes are ours", description: "Meridian's customer, item, unit and terms codes are the canonical ones" }),
  /** Meridian's page documents no limit; a stricter installation lowers it. */
  referenceLength: z.number().int().min(35).max(250).default(120).meta({ title: "Longest external document number" }),
  pageSize: z.number().int().min(1).max(200).default(100).meta({ title: "Rows in a page" }),
  overlapSeconds: z.number().int().min(0).max(3600).default(5).meta({ title: "Overlap of polling windows", description: "Rows that were committed late are found by reading a little of the last window again" }),
});
export type ErpSettings = z.infer<typeof settings>;

export const secrets = z.object({ clientSecret: secret });
export type ErpSecrets = z.infer<typeof secrets>;
export type ErpSession = Session<ErpSettings, ErpSecrets>;
