import { z } from "zod";
import { totalsSettings } from "./control-totals";
import { authority } from "./settings";

/** Settings that every broker has beside its address. */
export const brokerSettings = z.object({
  allowPrivateNetwork: z.boolean().default(false).meta({ address: true, title: "May be in our own network", description: "Allows loopback and private addresses; link-local ones are never called" }),
  authority,
  accepts: z.string().regex(/^events:[a-z_*.]+( +events:[a-z_*.]+)*$/, "scopes such as events:* or events:order.* events:shipment.confirmed").default("events:*").meta({ title: "Takes", description: "Scopes of the events that may come in this way, parted by spaces" }),
  prefetch: z.number().int().min(1).max(1000).default(200).meta({ title: "At once", description: "Messages that one worker holds unacknowledged" }),
  ...totalsSettings,
});
/** The scopes of a broker's source. */
export const scopesOf = ({ accepts }: { accepts: string }): string[] => accepts.split(/ +/);

/** How long a message that could not be kept waits before it comes again. */
export const againAfterMs = 2_000;
