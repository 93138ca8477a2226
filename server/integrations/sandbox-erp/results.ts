import { dec, text } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { OutboundCommand } from "../contract/connector";
import { keysByLineNo } from "./from-command";
import type { ErpDocument } from "./wire";

type Sent = CommandPayloads["post_invoice" | "post_credit" | "post_debit"];

/** A posted document in the words of `CommandResults`: Meridian's own figures, never ours. */
export function documentResult(command: OutboundCommand, document: ErpDocument): Record<string, unknown> {
  const sent = command.payload as unknown as Sent;
  const keys = keysByLineNo(sent.lines);
  const billTo = command.code("customer", sent.billTo);
  return {
    number: document.No ?? document.Id, net: document.NetAmount, charges: document.ChargesAmount, tax: document.TaxAmount, total: document.TotalAmount,
    customer: billTo.ok && billTo.value === document.CustomerNo ? sent.customer : document.CustomerNo, currency: document.CurrencyCode, accountingDate: document.PostingDate,
    dueDate: document.DueDate ?? null, state: document.Status === "Draft" ? "draft" : "posted", ...(document.PostedAt ? { postedAt: new Date(document.PostedAt).toISOString() } : {}),
    lines: document.Lines.filter((line) => line.Type === "Item").map((line) => ({ key: keys.get(line.LineNo) ?? String(line.LineNo), quantity: text(dec(line.Quantity)), net: line.LineAmount, tax: line.TaxAmount ?? "0" })),
  };
}

/** Order of two readings of one document. */
export const versionOf = (document: { LastModified: string }): number => new Date(document.LastModified).getTime();
