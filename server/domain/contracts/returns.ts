import { z } from "zod";
import { instant } from "../instant";
import { code, nonNegative, positiveQuantity, version } from "./shared";

const returnKinds = ["credit", "replace", "repair", "advance_replacement", "refused_delivery", "credit_without_goods", "to_supplier"] as const;

export const returnAuthorised = z.object({
  return: code, version, order: code, kind: z.enum(returnKinds).default("credit"),
  requestedAt: instant, authorisedAt: instant.optional(), refused: z.boolean().default(false), expires: instant.optional(),
  lines: z.array(z.object({ line: code, quantity: positiveQuantity, reason: z.string().max(300).optional() })).max(5000),
});
export type ReturnAuthorised = z.infer<typeof returnAuthorised>;

export const returnReceived = z.object({
  return: code, version, order: code, receivedAt: instant,
  /** Who received it, and that warehouse's own number for it: a return may come back to several, in several parts. Absent: the sender has one receipt of each return. */
  warehouse: code.optional(), receipt: code.optional(),
  lines: z.array(z.object({
    line: code, item: code, quantity: positiveQuantity,
    /** Of a kit that comes back in pieces: the component that this is; else its item tells. */
    component: code.optional(),
    disposition: z.enum(["restock", "scrap", "to_supplier", "sent_back"]).optional(),
    /** Kept of the credit, never above it. */
    restockingFee: nonNegative.optional(),
  })).max(5000),
});
export type ReturnReceived = z.infer<typeof returnReceived>;

/** The return's number is the customer's: a receipt that names its warehouse or its own number is a document of its own. */
export const receiptOfReturn = ({ return: number, warehouse, receipt }: Pick<ReturnReceived, "return" | "warehouse" | "receipt">): string => [number, warehouse, receipt].filter((part) => part !== undefined).join("/");
