import { z } from "zod";
import { brokerSettings } from "../contract/broker-settings";
import { secret } from "../contract/settings";

const name = z.string().min(1).max(200).regex(/^[^\s]+$/, "without spaces");

export const settings = brokerSettings.extend({
  url: z.url({ protocol: /^amqps?$/ }).meta({ title: "Address", description: "amqp://host:5672 or amqps://host:5671, without user and password", address: true, protocols: ["amqps", "amqp"] }).refine((value) => { const url = URL.parse(value); return url === null || (url.username === "" && url.password === ""); }, "user and password have fields of their own"),
  virtualHost: z.string().min(1).max(200).default("/").meta({ title: "Virtual host" }),
  user: z.string().min(1).max(200).meta({ title: "User" }),
  queue: name.optional().meta({ title: "Queue to read", description: "A quorum queue, shared by all workers; made where it is not there, bound by whoever runs the broker. Left empty where nothing is read" }),
  exchange: name.optional().meta({ title: "Tells to", description: "Topic exchange to which changed orders and their milestones are told; made where it is not there. Left empty where nothing is told" }),
});
export type Settings = z.infer<typeof settings>;

export const secrets = z.object({ password: secret.meta({ title: "Password" }) });
export type Secrets = z.infer<typeof secrets>;
