import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  username: z.string().min(1).max(200).meta({ title: "User" }),
  defaultSite: z.string().min(1).max(20).meta({ title: "Site", description: "Used where the order names no warehouse" }),
  defaultCarrier: z.string().min(1).max(20).meta({ title: "Carrier", description: "Used where the order names no carrier" }),
  eventsPerRead: z.number().int().min(1).max(500).default(100).meta({ title: "Events in one read" }),
  overlapSeconds: z.number().int().min(0).max(3600).default(30).meta({ title: "Overlap of polling windows", description: "Of its stock; its events come by number, without gaps" }),
});
export type WmsSettings = z.infer<typeof settings>;
export const secrets = z.object({ password: secret });
export type WmsSecrets = z.infer<typeof secrets>;
export type WmsSession = Session<WmsSettings, WmsSecrets>;
