import { z } from "zod";

/**
 * Settings that every connector has. A form is drawn from these schemas: `title` and `description` are shown to people.
 * `address: true` marks what decides where calls, and with them secrets, go: who changes it must enter the secrets again.
 */
export const baseSettings = z.object({
  url: z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, "")).meta({ title: "Address", description: "Root of the vendor's API, without a slash at the end", address: true }),
  allowPrivateNetwork: z.boolean().default(false).meta({ address: true, title: "May be in our own network", description: "Allows loopback and private addresses; link-local ones are never called" }),
  isSystemOfRecord: z.boolean().default(false).meta({ title: "Its codes are ours", description: "A code without a mapping means itself here" }),
});
/** What the door and the runtime read of any connector's settings. */
export type BaseSettings = z.infer<typeof baseSettings>;

export const secret = z.string().min(1).max(4000);
