import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  channel: z.string().min(1).max(40).default("web").meta({ title: "Sales channel", description: "As which channel its orders are captured" }),
  salesChannel: z.string().max(80).optional().meta({ title: "Medusa's sales channel", description: "Id of the only sales channel whose orders are taken (sc_…); empty takes all" }),
  unit: z.string().min(1).max(20).default("each").meta({ title: "Unit", description: "In which variants are counted; Medusa has no units" }),
  payments: z.record(z.string(), z.enum(["terms", "card", "advance"])).default({ pp_system_default: "terms" }).meta({ title: "Payment providers", description: "What a payment provider's id means, such as pp_system_default: terms; card where nothing is said" }),
  purchaseOrderField: z.string().max(80).optional().meta({ title: "Field of the purchase order", description: "Name in an order's metadata under which the shop keeps the buyer's own order number" }),
  shippingTaxCategory: z.string().min(1).max(40).default("freight").meta({ title: "Tax category of shipping" }),
  tellsGoods: z.boolean().default(false).meta({ title: "Its goods count", description: "Its own shipments and receipts of returns are told as the warehouse's, by the ids of its stock locations; else a warehouse system tells" }),
  tellsCustomers: z.boolean().default(false).meta({ title: "Tells customers", description: "Where Medusa is the system of record of customers" }),
  tellsItems: z.boolean().default(false).meta({ title: "Tells items", description: "Where Medusa is the system of record of items" }),
  fulfilFrom: z.string().max(80).optional().meta({ title: "Fulfils from", description: "Stock location of the fulfilments that the tower enters (sloc_…); empty: that of the order's shipping option" }),
  tellsBuyers: z.boolean().default(true).meta({ title: "Medusa writes to buyers", description: "Whether Medusa may notify the buyer of what the tower enters" }),
  since: z.iso.datetime().optional().meta({ title: "Read from", description: "First moment that is polled; empty reads everything" }),
  sweepDays: z.number().int().min(1).max(3650).default(90).meta({ title: "Days swept", description: "Payments are polled for orders placed since then; of older ones only the module in Medusa tells" }),
  overlapSeconds: z.number().int().min(0).max(86_400).default(300).meta({ title: "Overlap of polling windows" }),
  pageSize: z.number().int().min(1).max(100).default(50).meta({ title: "Orders in a page" }),
});
export type MedusaSettings = z.infer<typeof settings>;
export const secrets = z.object({ apiKey: secret, webhookSecret: secret });
export type MedusaSecrets = z.infer<typeof secrets>;
export type MedusaSession = Session<MedusaSettings, MedusaSecrets>;
