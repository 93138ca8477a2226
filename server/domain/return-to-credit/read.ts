import type { ReturnAuthorised, ReturnReceived } from "../contracts/returns";
import { dec, min, positive, sumOf, zero, type Decimal } from "../decimal";
import { latestOf, publishedOf, type Known } from "../facts";
import { addMs, earliest, hours, type Instant } from "../instant";
import { overlaid } from "../overlay";
import type { PlanInput } from "../plan";
import type { ReturnBasis } from "../publications";
import { codebook } from "../order-to-cash/order/codes";

/** Where the goods of one returned line went. */
export type Disposition = NonNullable<ReturnReceived["lines"][number]["disposition"]>;

export interface ReturnLine {
  line: string;
  authorised: Decimal;
  received: Decimal;
  byDisposition: Readonly<Record<Disposition, Decimal>>;
  notInspected: Decimal;
  /** Inspected and to be credited: within what was authorised or accepted, and not sent back. */
  creditable: Decimal;
  /** Would be creditable, and a person decided that it is not (CRD-01). */
  waived: Decimal;
  /** Not within what was authorised, nor accepted by a person: RET-01. */
  excess: Decimal;
  /** Sent in place of what was bought. */
  otherItem: string | null;
  fee: Decimal;
  /** Credited on goods that never left after all: does not count. */
  stranded: Decimal;
}

export interface Return {
  id: string;
  order: string;
  kind: ReturnAuthorised["kind"];
  authorised: Known<ReturnAuthorised> | null;
  received: Known<ReturnReceived> | null;
  basis: ReturnBasis | null;
  /** Never authorised, or closed by a person before anything came. */
  refused: boolean;
  /** A person decided that nothing more comes. */
  closed: boolean;
  expires: Instant | null;
  lines: ReturnLine[];
  /** When we first heard of it: waits for what is unseen count from here (P19). */
  seenAt: Instant;
}

/** Kinds that credit the customer; the others move goods or come later (domain reference 1). */
export const creditingKinds: readonly ReturnAuthorised["kind"][] = ["credit", "refused_delivery", "credit_without_goods"];
const windowDays = 30;
/** Laid on a return: nothing more comes of it. */
export const closedPath = "closed";

export function readReturn(input: PlanInput): Return | null {
  const authorised = latestOf(input.facts, "return.authorised")[0] ?? null, received = latestOf(input.facts, "return.received")[0] ?? null;
  const order = authorised?.data.order ?? received?.data.order;
  if (order === undefined) return null;
  const basis = publishedOf<ReturnBasis>(input.facts, "return.basis").find(({ data }) => data.order === order)?.data ?? null;
  const given = authorised?.data.authorisedAt;
  const expires = authorised?.data.expires ?? (given ? addMs(given, hours(24 * windowDays)) : null);
  const names = new Set([...(authorised?.data.lines ?? []), ...(received?.data.lines ?? [])].map((line) => line.line));
  const closed = overlaid(input.facts, input.subject.key, closedPath) === true;
  const facts = { id: input.subject.key, closed, order, kind: authorised?.data.kind ?? "credit", authorised, received, basis, refused: (authorised?.data.refused ?? false) || (closed && !received), expires };
  const seenAt = earliest(...input.facts.filter((fact) => fact.type.startsWith("return.")).map((fact) => fact.recordedAt)) ?? input.now;
  return { ...facts, seenAt, lines: [...names].sort().map((line) => readLine(input, facts, line)) };
}

function readLine(input: PlanInput, facts: Omit<Return, "lines" | "seenAt">, line: string): ReturnLine {
  const rows = facts.received?.data.lines.filter((row) => row.line === line) ?? [];
  const authorised = facts.refused ? zero : sumOf(facts.authorised?.data.lines.filter((row) => row.line === line) ?? [], (row) => dec(row.quantity));
  const received = sumOf(rows, (row) => dec(row.quantity));
  const of = (disposition: Disposition) => sumOf(rows.filter((row) => row.disposition === disposition), (row) => dec(row.quantity));
  const byDisposition = { restock: of("restock"), scrap: of("scrap"), to_supplier: of("to_supplier"), sent_back: of("sent_back") };
  const notInspected = sumOf(rows.filter((row) => row.disposition === undefined), (row) => dec(row.quantity));
  const bought = facts.basis?.bought?.find((row) => row.line === line)?.items;
  const book = facts.received ? codebook(input.reference, facts.received.source, input.policy) : null;
  const named = rows.map((row) => { const found = book?.canonical("item", row.item); return found?.ok ? found.value : row.item; });
  const otherItem = bought === undefined ? null : (named.find((item) => !bought.includes(item)) ?? null);
  const accepted = overlaid(input.facts, facts.id, `accepted.${line}`);
  const late = facts.expires !== null && facts.received !== null && facts.received.data.receivedAt > facts.expires;
  const within = typeof accepted === "string" ? dec(accepted) : otherItem !== null || late || facts.authorised?.data.authorisedAt === undefined ? zero : authorised;
  const stays = byDisposition.restock.plus(byDisposition.scrap).plus(byDisposition.to_supplier);
  const fitting = facts.kind === "credit_without_goods" ? authorised : min(stays, within), most = overlaid(input.facts, facts.id, `creditable.${line}`);
  const creditable = typeof most === "string" ? min(fitting, dec(most)) : fitting;
  const excess = positive(received.minus(byDisposition.sent_back).minus(within));
  return { line, authorised, received, byDisposition, notInspected, creditable, waived: fitting.minus(creditable), excess: facts.kind === "credit_without_goods" ? zero : excess, otherItem, stranded: dec(facts.basis?.grants?.find((row) => row.line === line)?.stranded ?? "0"), fee: sumOf(rows, (row) => dec(row.restockingFee ?? 0)) };
}
