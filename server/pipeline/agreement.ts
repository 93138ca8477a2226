import { dec } from "@/server/domain/decimal";

type Content = Readonly<Record<string, unknown>>;

/** Figures compared by value where the target shows them: name there, name in what was sent. */
const figures = [["net", "net"], ["charges", "chargesTotal"], ["tax", "tax"], ["total", "total"], ["amount", "amount"], ["applied", "amount"]] as const;
const words = ["currency", "accountingDate"] as const;
/** Any of the parties that we named may be the one the target books on. */
const parties = ["customer", "billTo", "payer"] as const;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/**
 * Whether what was read back is what was sent: amounts, tax, customer, currency and accounting date (a read-back that
 * disagrees is INV-04, never work). Only what both sides state is compared. Empty: they agree.
 */
export function disagreements(sent: Content, seen: Content): string[] {
  const found: string[] = [];
  for (const [there, ours] of figures) {
    const a = sent[ours], b = seen[there];
    if (isText(a) && isText(b) && !dec(a).eq(dec(b))) found.push(`${there} ${b} instead of ${a}`);
  }
  for (const name of words) {
    const a = sent[name], b = seen[name];
    if (isText(a) && isText(b) && a !== b) found.push(`${name} ${b} instead of ${a}`);
  }
  const named = parties.map((party) => sent[party]).filter(isText);
  const customer = seen["customer"];
  if (isText(customer) && named.length > 0 && !named.includes(customer)) found.push(`customer ${customer} instead of ${named[0] ?? ""}`);
  if (seen["state"] === "draft") found.push("it is only a draft");
  return found;
}
