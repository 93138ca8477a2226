import { z } from "zod";

/**
 * Settings that every connector has. A form is drawn from these schemas: `title` and `description` are shown to people.
 * `address: true` marks what decides where calls, and with them secrets, go: who changes it must enter the secrets again.
 * `protocols` are those of an address that is not HTTP's, `multiline: true` marks a text of several lines.
 */
export const baseSettings = z.object({
  url: z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, "")).meta({ title: "Address", description: "Root of the vendor's API, without a slash at the end", address: true }),
  allowPrivateNetwork: z.boolean().default(false).meta({ address: true, title: "May be in our own network", description: "Allows loopback and private addresses; link-local ones are never called" }),
  isSystemOfRecord: z.boolean().default(false).meta({ title: "Its codes are ours", description: "A code without a mapping means itself here" }),
});
/** What the door and the runtime read of any connector's settings. */
export type BaseSettings = z.infer<typeof baseSettings>;

/** For connectors that open connections of their own. */
export const authority = z.string().max(20_000).regex(/^(-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----\s*)?$/, "a certificate in PEM, or nothing").default("").meta({ title: "Certificate authority", description: "In PEM, where the server's certificate is not of a public one", address: true, multiline: true });

export const secret = z.string().min(1).max(4000);
