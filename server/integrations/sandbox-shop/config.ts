import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  site: z.string().min(1).max(20).optional().meta({ title: "Site", description: "Only orders of this site; empty takes all" }),
  /** Northgate counts what it is told in its own packs; our commands and its returns are in base units. */
  packSizes: z.record(z.string(), z.number().positive()).default({}).meta({ title: "Pack sizes", description: "Base units in one of the shop's units, such as case24: 24" }),
  since: z.iso.datetime().optional().meta({ title: "Read from", description: "First moment that is polled; empty reads everything" }),
  overlapSeconds: z.number().int().min(0).max(86_400).default(300).meta({ title: "Overlap of polling windows" }),
  pageSize: z.number().int().min(1).max(200).default(100).meta({ title: "Orders in a page" }),
});
export type ShopSettings = z.infer<typeof settings>;
export const secrets = z.object({ apiKey: secret, webhookSecret: secret });
export type ShopSecrets = z.infer<typeof secrets>;
export type ShopSession = Session<ShopSettings, ShopSecrets>;
