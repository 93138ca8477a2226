import type { ReturnAuthorised, ReturnReceived } from "../contracts/returns";
import { creditsAndDebits } from "../debit";
import { dec, max, min, positive, sumOf, zero, type Decimal } from "../decimal";
import { latestOf, publishedOf, type Known } from "../facts";
import { addMs, earliest, hours, type Instant } from "../instant";
import { overlaid, overlaysOn } from "../overlay";
import type { PlanInput } from "../plan";
import type { ReturnBasis } from "../publications";
import { codebook } from "../order-to-cash/order/codes";
import { sortOut, type Goods, type Incomplete } from "./goods";

export interface ReturnLine {
  line: string;
  authorised: Decimal;
  /** In units sold; of a kit also those of which only some pieces came. */
  received: Decimal;
  /** Of them, what came whole or a person accepted, and was not sent back. */
  kept: Decimal;
  notInspected: boolean;
  /** Inspected and to be credited: within what was authorised or accepted, and not sent back. */
  creditable: Decimal;
  /** Would be creditable, and a person decided that it is not (CRD-01), or was billed for nothing: no document says 0.00. */
  waived: Decimal;
  /** Not within what was authorised, nor accepted by a person: RET-01. */
  excess: Decimal;
  /** Sent in place of what was bought. */
  otherItem: string | null;
  /** Kits that came back with pieces missing. */
  incomplete: Incomplete | null;
  fee: Decimal;
  /** Credited on goods that never left after all: does not count. */
  stranded: Decimal;
  /** What moved: Q6 runs on each. */
  goods: (Goods & { notCreditable: Decimal })[];
}

/** All that the warehouses received of a return, each line with who said so and when it came; `receivedAt` is when the last of it came. */
export interface Received {
  source: string;
  recordedAt: Instant;
  data: { receivedAt: Instant; lines: (ReturnReceived["lines"][number] & { source: string; receivedAt: Instant })[] };
}

export interface Return {
  id: string;
  order: string;
  kind: ReturnAuthorised["kind"];
  authorised: Known<ReturnAuthorised> | null;
  received: Received | null;
  /** Goods of another order that came under this number: none of them counts here, and a person has not closed the return since. */
  strays: { source: string; order: string; receivedAt: Instant; recordedAt: Instant }[];
  basis: ReturnBasis | null;
  /** Of orders that it was for before its source corrected it, and that it has credits on. */
  formerly: readonly ReturnBasis[];
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
  const authorised = latestOf(input.facts, "return.authorised")[0] ?? null, receipts = latestOf(input.facts, "return.received");
  const order = authorised?.data.order ?? receipts.toSorted((a, b) => a.data.receivedAt.localeCompare(b.data.receivedAt) || a.data.order.localeCompare(b.data.order))[0]?.data.order;
  if (order === undefined) return null;
  const received = receivedOf(receipts.filter(({ data }) => data.order === order));
  const told = publishedOf<ReturnBasis>(input.facts, "return.basis").map(({ data }) => data), basis = told.find((row) => row.order === order) ?? null, formerly = told.filter((row) => row !== basis);
  const given = authorised?.data.authorisedAt;
  const expires = authorised?.data.expires ?? (given ? addMs(given, hours(24 * windowDays)) : null);
  const lineOf = (row: string) => basis?.bought?.find(({ pieces }) => pieces?.some(({ key }) => key === row))?.line ?? row;
  // A line that its source corrected away is still one of the return while it was credited there.
  const credited = creditsAndDebits(input).filter(({ payload }) => payload.order === order).flatMap(({ payload }) => payload.lines);
  const names = new Set([...(authorised?.data.lines ?? []), ...(received?.data.lines ?? []), ...credited].map(({ line }) => lineOf(line)));
  const closing = overlaysOn(input.facts, input.subject.key).filter(({ data }) => data.path === closedPath).at(-1), closed = closing?.data.value === true;
  const strays = receipts.filter(({ data, recordedAt }) => data.order !== order && data.lines.length > 0 && !(closed && recordedAt <= closing.recordedAt)).map(({ source, recordedAt, data }) => ({ source, order: data.order, receivedAt: data.receivedAt, recordedAt }));
  const facts = { id: input.subject.key, closed, order, kind: authorised?.data.kind ?? "credit", authorised, received, strays, basis, formerly, refused: (authorised?.data.refused ?? false) || (closed && !received), expires };
  const seenAt = earliest(...input.facts.filter((fact) => fact.type.startsWith("return.")).map((fact) => fact.recordedAt)) ?? input.now;
  return { ...facts, seenAt, lines: [...names].sort().map((line) => readLine(input, facts, line)) };
}

function receivedOf(receipts: readonly Known<ReturnReceived>[]): Received | null {
  const first = receipts[0];
  if (!first) return null;
  const last = (moments: Instant[]) => moments.sort().at(-1) ?? first.recordedAt;
  return {
    source: first.source, recordedAt: last(receipts.map(({ recordedAt }) => recordedAt)),
    data: { receivedAt: last(receipts.map(({ data }) => data.receivedAt)), lines: receipts.flatMap(({ source, data }) => data.lines.map((line) => ({ ...line, source, receivedAt: data.receivedAt }))) },
  };
}

/** Since when goods lie that nobody has said anything of. */
export const uninspectedSince = ({ received }: Return): Instant | undefined => earliest(...(received?.data.lines ?? []).filter(({ disposition }) => disposition === undefined).map(({ receivedAt }) => receivedAt)) ?? undefined;

function readLine(input: PlanInput, facts: Omit<Return, "lines" | "seenAt">, line: string): ReturnLine {
  const bought = facts.basis?.bought?.find((row) => row.line === line);
  const nameOf = (source: string, item: string) => { const found = codebook(input.reference, source, input.policy).canonical("item", item); return found.ok ? found.value : item; };
  const rows = (facts.received?.data.lines ?? []).filter((row) => row.line === line || bought?.pieces?.some(({ key }) => key === row.line)).map((row) => ({ ...row, item: nameOf(row.source, row.item) }));
  const inTime = rows.filter(({ receivedAt }) => facts.expires === null || receivedAt <= facts.expires), cameBack = sortOut(line, bought, rows);
  const { otherItem, goods } = cameBack;
  const authorised = facts.refused ? zero : sumOf(facts.authorised?.data.lines.filter((row) => row.line === line) ?? [], (row) => dec(row.quantity));
  const notSentBack = ({ received, byDisposition }: Goods) => received.minus(byDisposition.sent_back);
  const here = cameBack.units(notSentBack), early = sortOut(line, bought, inTime).units(notSentBack), stays = cameBack.units(({ received, byDisposition, notInspected }) => received.minus(byDisposition.sent_back).minus(notInspected));
  const told = overlaid(input.facts, facts.id, `accepted.${line}`), accepted = typeof told === "string" ? dec(told) : null;
  const within = accepted ?? (otherItem !== null || facts.authorised?.data.authorisedAt === undefined ? zero : min(authorised, early.whole));
  const fitting = facts.kind === "credit_without_goods" ? authorised : min(accepted === null ? stays.whole : stays.begun, within), most = overlaid(input.facts, facts.id, `creditable.${line}`);
  const creditable = billedForNothing(facts.basis, line) ? zero : typeof most === "string" ? min(fitting, dec(most)) : fitting, waived = fitting.minus(creditable);
  const excess = facts.kind === "credit_without_goods" ? zero : positive(here.begun.minus(within));
  return {
    line, authorised, received: cameBack.units(({ received }) => received).begun, kept: max(here.whole, min(here.begun, accepted ?? zero)), notInspected: goods.some(({ notInspected }) => notInspected.gt(0)), creditable, waived, excess, otherItem,
    incomplete: cameBack.incomplete, stranded: dec(facts.basis?.grants?.find((row) => row.line === line)?.stranded ?? "0"), fee: sumOf(rows, (row) => dec(row.restockingFee ?? 0)),
    goods: goods.map((row) => ({ ...row, notCreditable: row.byDisposition.sent_back.plus(notCreditable(row, waived, excess)) })),
  };
}

/** A sample, or goods that a discount took the whole of. */
function billedForNothing(basis: ReturnBasis | null, line: string): boolean {
  const billed = basis?.billed.filter((row) => row.line === line) ?? [];
  return billed.length > 0 && billed.every(({ net, tax, creditedQuantity }) => dec(net).isZero() && dec(tax).isZero() && dec(creditedQuantity).isZero());
}

/** Of what stays: units that a person decided not to credit, and pieces that are of no kit once what came is accepted as kits. */
function notCreditable({ per, received, byDisposition, notInspected }: Goods, waived: Decimal, excess: Decimal): Decimal {
  const stays = received.minus(byDisposition.sent_back).minus(notInspected);
  return per === null ? positive(stays.minus(excess)) : min(stays, waived.times(per));
}
