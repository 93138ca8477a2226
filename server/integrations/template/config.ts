import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  channel: z.string().min(1).max(40).default("web").meta({ title: "Sales channel", description: "As which channel its orders are captured" }),
  since: z.iso.datetime().optional().meta({ title: "Read from", description: "First moment that is polled; empty reads everything" }),
  overlapSeconds: z.number().int().min(0).max(86_400).default(300).meta({ title: "Overlap of polling windows" }),
  pageSize: z.number().int().min(1).max(200).default(100).meta({ title: "Orders in a page" }),
});
export type TemplateSettings = z.infer<typeof settings>;
export const secrets = z.object({ apiKey: secret, webhookSecret: secret });
export type TemplateSecrets = z.infer<typeof secrets>;
export type TemplateSession = Session<TemplateSettings, TemplateSecrets>;
