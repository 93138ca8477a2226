import { z } from "zod";
import { dec, text } from "@/server/domain/decimal";
import { referenceOf } from "@/server/domain/reference";
import { subjectId, type SubjectRef } from "@/server/domain/subject";
import type { Translation, TranslationInput } from "../contract/connector";
import { unclaimedSubject } from "@/server/domain/unclaimed";
import { said, subjectOfForeignKey, textOf, toEvents, type Said } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { ErpSettings } from "./config";
import { versionOf } from "./results";
import { customer, item, itemUnit, period, priceAgreement, salesDocument, type ErpCustomer, type ErpDocument } from "./wire";

/** A stored message: what a feed read, with the name of the feed. */
export const message = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("customer"), customer }),
  z.looseObject({ kind: z.literal("credit"), account: z.string(), members: z.array(customer).min(1) }),
  z.looseObject({ kind: z.literal("item"), item, units: z.array(itemUnit) }),
  z.looseObject({ kind: z.literal("price"), agreement: priceAgreement }),
  z.looseObject({ kind: z.literal("periods"), periods: z.array(period).min(1) }),
  z.looseObject({ kind: z.literal("document"), of: z.enum(["invoice", "credit", "debit"]), document: salesDocument }),
]);
export type ErpMessage = z.infer<typeof message>;

export function toCanonical(input: TranslationInput<ErpSettings>): Translation {
  const read = readJson(textOf(input.body), message);
  return read.ok ? toEvents(input, saidBy(read.value, input.entity), "nothing in it is ours to know") : read;
}

function saidBy(read: ErpMessage, entity: string): Said[] {
  switch (read.kind) {
    case "customer": return [describedCustomer(read.customer)];
    case "credit": return position(read.account, read.members);
    case "item": return [said({
      type: "item.described", at: read.item.LastModified, data: {
        item: read.item.No, version: versionOf(read.item), description: read.item.Description.slice(0, 300), state: read.item.Blocked ? "blocked" : "active", baseUnit: read.item.BaseUnitOfMeasure,
        units: read.units.filter((unit) => unit.Code !== read.item.BaseUnitOfMeasure).map((unit) => ({ unit: unit.Code, ...fraction(unit.QtyPerUnitOfMeasure) })),
        ...(read.item.TaxGroupCode ? { taxCategory: read.item.TaxGroupCode } : {}),
      },
    })];
    case "price": return [agreed(read.agreement)];
    case "periods": return [said({
      type: "periods.described", at: newest(read.periods), data: {
        calendar: entity, version: new Date(newest(read.periods)).getTime(),
        periods: read.periods.map((row) => ({ name: row.Code, from: row.StartingDate, to: row.EndingDate, state: ({ Open: "open", SoftClosed: "soft_closed", Closed: "closed" } as const)[row.Status] })).sort((a, b) => a.from.localeCompare(b.from)),
      },
    })];
    case "document": return documentSaid(read.document, read.of, entity, null);
  }
}

/** An exact fraction of a decimal: "0.125" is 1 / 8. */
export function fraction(value: string): { numerator: number; denominator: number } {
  const decimals = value.split(".")[1]?.length ?? 0;
  const denominator = 10 ** decimals, numerator = dec(value).times(denominator).toNumber();
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}
const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
const newest = (rows: readonly { LastModified: string }[]): string => new Date(Math.max(...rows.map(versionOf))).toISOString();

function describedCustomer(row: ErpCustomer): Said {
  const certificate = row.TaxExemptionNo && row.TaxArea ? [{ jurisdiction: row.TaxArea, validFrom: "1970-01-01", ...(row.TaxExemptionValidTo ? { validTo: row.TaxExemptionValidTo } : {}) }] : [];
  return said({
    type: "customer.described", at: row.LastModified, data: {
      customer: row.No, version: versionOf(row), name: row.Name.slice(0, 200), state: row.Blocked === "None" ? "active" : "blocked", creditAccount: row.CreditAccountNo ?? row.No,
      ...(row.PaymentTermsCode ? { terms: row.PaymentTermsCode } : {}), currency: row.CurrencyCode, purchaseOrderRequired: row.PONumberRequired, taxExempt: row.TaxExempt, certificates: certificate,
      ...(row.CreditReviewed === undefined ? {} : { creditReviewed: row.CreditReviewed }),
    },
  });
}

/** "0.00" means that no limit is set. */
const noLimit = "999999999999.00";
/** A parent's limit counts for all its children, whose balances are each their own: the position is their sum. */
function position(account: string, members: readonly ErpCustomer[]): Said[] {
  const holder = members.find((row) => row.No === account) ?? members[0];
  if (!holder) return [];
  const total = (pick: (row: ErpCustomer) => string): string => text(members.reduce((sum, row) => sum.plus(pick(row)), dec(0)));
  return [said({
    type: "credit.positioned", at: newest(members), data: {
      account, version: new Date(newest(members)).getTime(), currency: holder.CurrencyCode, limit: dec(holder.CreditLimit).isZero() ? noLimit : holder.CreditLimit,
      // Balance is net of unapplied receipts and open credits, so neither is counted again.
      openReceivables: total((row) => row.Balance), overdue: total((row) => row.OverdueBalance), asOf: newest(members),
    },
  })];
}

function agreed(row: z.infer<typeof priceAgreement>): Said {
  return said({
    type: "price.agreed", at: row.LastModified, data: {
      agreement: row.Id, version: versionOf(row), customer: row.CustomerNo, item: row.ItemNo, price: text(dec(row.UnitPrice)), unit: row.UnitOfMeasure, priceUnit: text(dec(row.PriceUnitQuantity)),
      currency: row.CurrencyCode, validFrom: row.StartingDate, ...(row.EndingDate ? { validTo: row.EndingDate } : {}),
    },
  });
}

/** Our natural key, from the external number or, where that is a digest, from the notes. */
function keyOf(document: Pick<ErpDocument, "ExternalDocumentNo" | "Description">): string | null {
  for (const candidate of [document.ExternalDocumentNo, document.Description]) if (subjectOfForeignKey(candidate)) return candidate ?? null;
  return null;
}

/** The reference as planners write it. */
function referenceOfKey(key: string): string {
  const [kind, , slot = "", sequence = "1"] = key.split("|");
  const subject = subjectOfForeignKey(key) as SubjectRef;
  return referenceOf(subjectId(subject), { kind: kind as "post_invoice", slot, sequence: Number(sequence) });
}

/**
 * A sales document as the ledger has it. Its subject is the one that its reference names; a document of somebody else
 * belongs to the order that its lines name, where it is just one; any other invoice is kept until a person says whose it is.
 */
export function documentSaid(document: ErpDocument, of: "invoice" | "credit" | "debit", entity: string, known: SubjectRef | null): Said[] {
  const number = document.No;
  if (!number || document.Status === "Draft") return [];
  const key = keyOf(document);
  const orders = [...new Set(document.Lines.flatMap((line) => (line.SalesOrderNo ? [line.SalesOrderNo] : [])))];
  const named = known ?? subjectOfForeignKey(key) ?? (orders.length === 1 ? ({ entity, kind: "order", key: orders[0] as string } as const) : null);
  const subject = named ?? (of === "invoice" ? unclaimedSubject(entity, number) : null), written = [document.Description, document.YourReference, ...orders].filter(Boolean).join(" ").trim().slice(0, 500);
  if (!subject || subject.entity !== entity) return [];
  const reference = key !== null ? referenceOfKey(key) : document.ExternalDocumentNo?.slice(0, 80);
  return [said({
    type: "ledger.document_read", at: document.LastModified, subject, data: {
      kind: of, number, ...(reference ? { reference } : {}), ...(orders[0] ? { order: orders[0] } : {}), ...(named || written === "" ? {} : { text: written }), version: versionOf(document),
      state: document.Status === "Cancelled" ? "voided" : "posted", customer: document.CustomerNo, currency: document.CurrencyCode,
      ...defined({ net: document.NetAmount, charges: document.ChargesAmount, tax: document.TaxAmount, total: document.TotalAmount, dueDate: document.DueDate }), accountingDate: document.PostingDate,
      lines: document.Lines.filter((line) => line.Type === "Item").map((line) => ({ line: lineKey(line), quantity: text(dec(line.Quantity)), net: line.LineAmount, ...(line.TaxAmount == null ? {} : { tax: line.TaxAmount }) })),
    },
  })];
}

/** `order/line/shipment/shipmentLine`, as far as the document tells. */
const lineKey = (line: ErpDocument["Lines"][number]): string =>
  [line.SalesOrderNo, line.SalesOrderLine, line.ShipmentNo, String(Math.round(line.LineNo / 10_000))].filter((part) => part != null && part !== "").join("/").slice(0, 80);

const defined = (fields: Record<string, string | null | undefined>): Record<string, string> => Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value == null ? [] : [[name, value]])));
