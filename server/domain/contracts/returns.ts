import { z } from "zod";
import { decimalString } from "../decimal";
import { instant } from "../instant";
import { code, positiveQuantity, version } from "./shared";

const returnKinds = ["credit", "replace", "repair", "advance_replacement", "refused_delivery", "credit_without_goods", "to_supplier"] as const;

export const returnAuthorised = z.object({
  return: code, version, order: code, kind: z.enum(returnKinds).default("credit"),
  requestedAt: instant, authorisedAt: instant.optional(), refused: z.boolean().default(false), expires: instant.optional(),
  lines: z.array(z.object({ line: code, quantity: positiveQuantity, reason: z.string().max(300).optional() })).max(5000),
});
export type ReturnAuthorised = z.infer<typeof returnAuthorised>;

export const returnReceived = z.object({
  return: code, version, order: code, receivedAt: instant,
  lines: z.array(z.object({
    line: code, item: code, quantity: positiveQuantity,
    /** Of a kit that comes back in pieces: the component that this is; else its item tells. */
    component: code.optional(),
    disposition: z.enum(["restock", "scrap", "to_supplier", "sent_back"]).optional(),
    restockingFee: decimalString.optional(),
  })).max(5000),
});
export type ReturnReceived = z.infer<typeof returnReceived>;
