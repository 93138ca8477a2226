import { z } from "zod";
import type { Session } from "../contract/connector";
import { authority, secret } from "../contract/settings";

export const settings = z.object({
  host: z.string().min(1).max(253).meta({ title: "Host", address: true }),
  port: z.number().int().min(1).max(65_535).default(587).meta({ title: "Port", description: "587 with STARTTLS, 465 with TLS", address: true }),
  security: z.enum(["starttls", "tls", "none"]).default("starttls").meta({ title: "Encryption", description: "STARTTLS is demanded, never only tried. None: for a relay that asks for no login", address: true }),
  allowPrivateNetwork: z.boolean().default(false).meta({ address: true, title: "May be in our own network", description: "Allows loopback and private addresses; link-local ones are never called" }),
  authority,
  user: z.string().max(320).default("").meta({ title: "User", description: "Left empty where no login is asked for", address: true }),
  from: z.email().meta({ title: "From", description: "Address that notices come from" }),
  fromName: z.string().min(1).max(80).regex(/^[^\r\n]*$/).default("Ledgerline").meta({ title: "Name of the sender" }),
}).refine(({ security, user }) => security !== "none" || user === "", { path: ["security"], message: "a password goes over an encrypted connection only" });
export type Settings = z.infer<typeof settings>;

export const secrets = z.object({ password: secret.optional().meta({ title: "Password" }) });
export type Secrets = z.infer<typeof secrets>;
export type SmtpSession = Session<Settings, Secrets>;
