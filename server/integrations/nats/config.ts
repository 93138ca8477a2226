import { z } from "zod";
import { brokerSettings } from "../contract/broker-settings";
import { secret } from "../contract/settings";

const name = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "letters, digits, - and _");
const subject = z.string().regex(/^[^\s.*>]+(\.[^\s.*>]+)*$/, "words parted by dots, without * and >").max(200);

export const settings = brokerSettings.extend({
  url: z.url({ protocol: /^(nats|tls)$/ }).meta({ title: "Address", description: "nats://host:4222, or tls://host:4222 for an encrypted connection", address: true, protocols: ["tls", "nats"] }),
  user: z.string().max(200).optional().meta({ title: "User", description: "Left empty where a token or nothing is asked for" }),
  stream: name.optional().meta({ title: "Stream to read", description: "It must exist; left empty where nothing is read" }),
  consumer: name.default("ledgerline").meta({ title: "Durable consumer", description: "Shared by all workers; made where it is not there" }),
  filter: z.string().regex(/^[^\s]+$/).max(200).optional().meta({ title: "Only subjects", description: "Such as shop.orders.>; left empty for all of the stream" }),
  publishTo: subject.optional().meta({ title: "Tells to", description: "First words of the subjects on which changed orders and their milestones are told; a stream must take them. Left empty where nothing is told" }),
});
export type Settings = z.infer<typeof settings>;

export const secrets = z.object({ password: secret.optional().meta({ title: "Password" }), token: secret.optional().meta({ title: "Token" }) });
export type Secrets = z.infer<typeof secrets>;
