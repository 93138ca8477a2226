import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

export const settings = baseSettings.extend({
  channel: z.string().min(1).max(40).default("web").meta({ title: "Sales channel", description: "As which channel its orders are captured" }),
  vendureChannel: z.string().max(200).optional().meta({ title: "Vendure's channel token", description: "Only orders of this channel; empty takes Vendure's default channel", address: true }),
  unit: z.string().min(1).max(20).default("each").meta({ title: "Unit", description: "In which variants are counted; Vendure has no units" }),
  decimals: z.number().int().min(0).max(4).default(2).meta({ title: "Decimals of its amounts", description: "Vendure keeps amounts as whole numbers, two decimals unless its money strategy says otherwise" }),
  payments: z.record(z.string(), z.enum(["terms", "card", "advance"])).default({}).meta({ title: "Payment methods", description: "What a payment method's code means, such as net-30: terms; card where nothing is said" }),
  shippingTaxCategory: z.string().min(1).max(40).default("freight").meta({ title: "Tax category of shipping" }),
  shipsFrom: z.string().min(1).max(40).optional().meta({ title: "Ships from", description: "Warehouse whose goods issues Vendure's own fulfilments are; empty: they are not, a warehouse system tells" }),
  mark: z.string().min(1).max(60).default("Ledgerline").meta({ title: "Mark of our fulfilments", description: "Method under which the tower enters what was shipped" }),
  since: z.iso.datetime().optional().meta({ title: "Read from", description: "First moment that is polled; empty reads everything" }),
  sweepDays: z.number().int().min(1).max(3650).default(90).meta({ title: "Days swept", description: "Payments, fulfilments and refunds are polled for orders placed since then; of older ones only the plugin tells" }),
  overlapSeconds: z.number().int().min(0).max(86_400).default(300).meta({ title: "Overlap of polling windows" }),
  pageSize: z.number().int().min(1).max(100).default(50).meta({ title: "Orders in a page" }),
});
export type VendureSettings = z.infer<typeof settings>;
export const secrets = z.object({ apiKey: secret, webhookSecret: secret });
export type VendureSecrets = z.infer<typeof secrets>;
export type VendureSession = Session<VendureSettings, VendureSecrets>;
