import { dec, zero, type Decimal } from "./decimal";
import type { CommandView } from "./commands";
import { latestOf } from "./facts";
import type { Day } from "./instant";
import type { MovementTerm } from "./movements";
import { acceptedAs } from "./overlay";
import type { CommandPayloads } from "./payloads";
import type { PlanInput } from "./plan";

/** A document's figures as one side of M3 has them; what a side does not say is taken from the other. */
export interface PostingFigures { customer: string; net: string; charges: string; tax: string; total: string; accountingDate: Day }

/** Fields in which a document in the ledger is not what was sent (M3); empty where it agrees. Absent figures are absent, not different. */
export function differences(payload: { customer: string; billTo: string; currency: string; accountingDate: Day; net: string; chargesTotal: string; tax: string; total: string }, seen: Partial<Record<string, unknown>>): string[] {
  const found: string[] = [];
  const amounts = [["net", payload.net, seen["net"]], ["charges", payload.chargesTotal, seen["charges"]], ["tax", payload.tax, seen["tax"]], ["total", payload.total, seen["total"]]] as const;
  for (const [name, sent, there] of amounts)
    if (typeof there === "string" && !dec(sent).eq(dec(there))) found.push(`${name} ${there} instead of ${sent}`);
  const customer = seen["customer"];
  if (typeof customer === "string" && customer !== payload.customer && customer !== payload.billTo) found.push(`customer ${customer} instead of ${payload.customer}`);
  for (const name of ["currency", "accountingDate"] as const) {
    const there = seen[name];
    if (typeof there === "string" && there !== payload[name]) found.push(`${name === "currency" ? "currency" : "accounting date"} ${there} instead of ${payload[name]}`);
  }
  return found;
}

type Add = (line: string, term: MovementTerm, document: string, amount: Decimal, on: Day) => void;

/** Lines of M3: each figure by its name; customer and accounting date as the total under that very customer and day. */
export const figureLine = {
  total: (of: string) => `${of}total`, net: (of: string) => `${of}net`, charges: (of: string) => `${of}charges`, tax: (of: string) => `${of}tax`,
  customer: (of: string, customer: string) => `${of}customer:${customer}`, date: (of: string, day: Day) => `${of}date:${day}`,
} as const;

/** One side of M3 for one document, figure by figure. `of` tells apart the documents of one subject: empty for its invoice, `<credit>/` for a credit. */
export function addFigures(add: Add, term: "wanted_total" | "posted_total", of: string, document: string, figures: PostingFigures): void {
  const { accountingDate: on } = figures, total = dec(figures.total);
  for (const name of ["total", "net", "charges", "tax"] as const) add(figureLine[name](of), term, document, dec(figures[name]), on);
  add(figureLine.customer(of, figures.customer), term, document, total, on);
  add(figureLine.date(of, on), term, document, total, on);
}

/** What a ledger says of a document, read back or answered; null where it says that the document does not stand. */
export type Seen = Partial<Record<"customer" | "net" | "charges" | "tax" | "total" | "accountingDate" | "state", unknown>>;

/** The ledger's own figures, by name; the customer in our words where it is one of the document's parties. */
export function postedFigures(seen: Seen, wanted: PostingFigures, parties: readonly string[]): PostingFigures | null {
  if (seen.state === "voided" || seen.state === "draft") return null;
  const said = <K extends keyof PostingFigures>(name: K): string => (typeof seen[name] === "string" ? seen[name] : wanted[name]);
  const customer = said("customer");
  return { net: said("net"), charges: said("charges"), tax: said("tax"), total: said("total"), accountingDate: said("accountingDate"), customer: parties.includes(customer) ? wanted.customer : customer };
}

/** Figures that differ and that finance accepted: what was wanted and does not stand, figure by figure. */
export function acceptedDifference(add: Add, of: string, document: string, wanted: PostingFigures, posted: PostingFigures): void {
  for (const name of ["total", "net", "charges", "tax"] as const) add(figureLine[name](of), "accepted_difference", document, dec(wanted[name]).minus(posted[name]), posted.accountingDate);
  const moved = (from: string, to: string) => { add(from, "accepted_difference", document, dec(wanted.total), posted.accountingDate); add(to, "accepted_difference", document, dec(posted.total).neg(), posted.accountingDate); };
  moved(figureLine.customer(of, wanted.customer), figureLine.customer(of, posted.customer));
  moved(figureLine.date(of, wanted.accountingDate), figureLine.date(of, posted.accountingDate));
}

export const nothingPosted = (wanted: PostingFigures): PostingFigures => ({ ...wanted, net: zero.toFixed(), charges: zero.toFixed(), tax: zero.toFixed(), total: zero.toFixed() });

/** Both sides of M3 for a posted credit or debit, in the document's own sign: what we sent, and the ledger's word when it was read back, else its answer. */
export function creditFigures(add: Add, input: Pick<PlanInput, "facts">, wantedAs: string, view: CommandView): void {
  const payload = view.payload as unknown as CommandPayloads["post_credit"], kind = view.kind === "post_debit" ? "debit" : "credit";
  const of = `${payload.cause}/`, wanted: PostingFigures = { ...payload, customer: payload.billTo, charges: payload.chargesTotal };
  addFigures(add, "wanted_total", of, wantedAs, wanted);
  const number = view.reference ?? payload.cause;
  const read = latestOf(input.facts, "ledger.document_read").find(({ data }) => data.kind === kind && data.number === number)?.data;
  const posted = postedFigures(read ?? view.result ?? {}, wanted, [payload.customer, payload.billTo]);
  if (posted) addFigures(add, "posted_total", of, number, posted);
  if (acceptedAs(input.facts, number, differences(payload, view.result ?? {}))) acceptedDifference(add, of, number, wanted, posted ?? nothingPosted(wanted));
}
