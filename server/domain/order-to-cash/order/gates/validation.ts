import { dec, sumOf, zero } from "../../../decimal";
import { fingerprint } from "../../../exceptions";
import type { ExceptionFinding } from "../../../plan";
import { moneyText } from "../../../money";
import { countsWhole } from "../lines/cancels";
import type { Problem } from "../lines/sold";
import { openQuantity } from "../fulfilment/open";
import { lineTotal } from "../lines/total";
import { isCalledOff } from "../nothing";
import type { LineView, OrderView } from "../view";

/** Exceptions of an order before release, and which lines they stop. */
export interface Validation { exceptions: ExceptionFinding[]; /** Lines that may not go on. */ stopped: ReadonlySet<string>; /** Set where the whole order may not. */ header: boolean; /** The first exception that stops a line. */ problemOf(line: string): ExceptionFinding | null }

/**
 * Customer, item, unit, address, channel and quantity checks (2.3 stage 30). Each fault stops only the lines that need what
 * is missing; what is of the header stops all. A line that has nothing open any more is not checked for what could be sold.
 */
export function validate(view: OrderView): Validation {
  const exceptions: ExceptionFinding[] = [];
  const stopped = new Set<string>();
  const open = new Set(view.lines.filter((row) => !sumOf(row.goods, openQuantity).isZero()));
  const raise = (problem: Problem, rows: readonly LineView[], stops: string[]) => exceptions.push({
    code: problem.code, fingerprint: problem.fingerprint, stops, ...atStake(view, rows),
    message: problem.message, since: view.record.currentRecordedAt,
  });
  const calledOff = isCalledOff(view), unfinished = open.size > 0 || hasUnbilled(view), header = view.headerProblems.length > 0 && unfinished;
  if (header) for (const problem of view.headerProblems) raise(problem, view.lines, ["order"]);
  if (unfinished) for (const problem of view.parties.overruled) raise(problem, [], []);
  for (const row of view.lines) {
    const problems = [...row.line.problems, ...(open.has(row) ? saleProblems(view, row) : []), ...(calledOff ? [] : quantityProblem(view, row))];
    if (problems.length > 0 && (open.has(row) || row.billing.unbilled.length > 0 || row.line.quantity.isZero())) {
      stopped.add(row.line.id);
      for (const problem of problems) raise(problem, [row], [row.line.id]);
    }
  }
  if (view.order.lines.length === 0 && !calledOff) raise({ code: "CTR-01", fingerprint: { connector: view.record.source, code: "lines" }, message: `Order ${view.key} has no lines` }, [], ["order"]);
  const merged = mergeAlike(exceptions);
  const first = new Map<string, ExceptionFinding>();
  for (const exception of merged) for (const stop of exception.stops) if (!first.has(stop)) first.set(stop, exception);
  return { exceptions: merged, stopped, header, problemOf: (line) => first.get("order") ?? first.get(line) ?? null };
}

/** None where nobody can know it: no amount is better than a wrong one. */
const atStake = (view: OrderView, rows: readonly LineView[]): Pick<ExceptionFinding, "amount" | "currency"> =>
  rows.length > 0 && rows.every(({ line }) => line.unvalued) ? { amount: "0", currency: null } : { amount: moneyText(sumOf(rows, (row) => lineTotal(view, row)), view.currency), currency: view.currency };

const hasUnbilled = (view: OrderView): boolean => view.lines.some((row) => row.billing.unbilled.length > 0);

/** An ordered line with nothing ordered cannot be meant; the header is accepted all the same. */
function quantityProblem(view: OrderView, row: LineView): Problem[] {
  if (!row.line.quantity.isZero() || row.line.removed) return [];
  return [{ code: "CTR-01", fingerprint: { connector: view.record.source, code: "quantity" }, message: `Line ${row.line.id} of order ${view.key} orders nothing` }];
}

/** ORD-01 and ORD-02: whether the item may be sold here, and in this quantity. */
function saleProblems(view: OrderView, { line, walk }: LineView): Problem[] {
  const master = line.master;
  if (!master || line.removed) return [];
  const problems: Problem[] = [];
  const refuse = (code: "ORD-01" | "ORD-02", why: string, message: string) => problems.push({ code, fingerprint: { item: line.item, code: why }, message: `Line ${line.id}: ${message}` });
  const { channel, shipToAddress } = view.order;
  if (master.state !== "active") refuse("ORD-01", master.state, `${line.item} is ${master.state}`);
  if (master.channels && !master.channels.includes(channel)) refuse("ORD-01", `channel ${channel}`, `${line.item} is not sold by ${channel}`);
  if (shipToAddress.state !== undefined && master.notIntoStates.includes(shipToAddress.state)) refuse("ORD-01", `state ${shipToAddress.state}`, `${line.item} may not be shipped to ${shipToAddress.state}`);
  const quantity = walk.committed.ordered.minus(walk.committed.cancelled);
  const of = quantity.toFixed();
  if (countsWhole(line) && !quantity.isInteger()) refuse("ORD-02", "fraction", `${of} is no whole number of ${line.kit ? "kits" : master.baseUnit}`);
  if (master.packMultiple !== undefined && Number(master.packMultiple) > 0 && !quantity.mod(master.packMultiple).isZero()) refuse("ORD-02", "multiple", `${of} is no multiple of ${master.packMultiple}`);
  if (master.minimumQuantity !== undefined && quantity.gt(zero) && quantity.lt(master.minimumQuantity)) refuse("ORD-02", "minimum", `${of} is below the minimum of ${master.minimumQuantity}`);
  if (master.absurdAbove !== undefined && quantity.gt(master.absurdAbove)) refuse("ORD-02", "absurd", `${of} is above ${master.absurdAbove}`);
  return problems;
}

/** One exception for each (code, fingerprint): several lines with one cause are one row with all that they stop. */
export function mergeAlike(exceptions: readonly ExceptionFinding[]): ExceptionFinding[] {
  const merged = new Map<string, { exception: ExceptionFinding; stops: Set<string> }>();
  for (const exception of exceptions) {
    const key = fingerprint(exception.code, exception.fingerprint);
    const present = merged.get(key);
    if (!present) { merged.set(key, { exception: { ...exception }, stops: new Set(exception.stops) }); continue; }
    for (const stop of exception.stops) present.stops.add(stop);
    present.exception.currency ??= exception.currency;
    if (exception.currency !== null) present.exception.amount = moneyText(dec(present.exception.amount).plus(exception.amount), exception.currency);
    if (exception.since < present.exception.since) present.exception.since = exception.since;
  }
  return [...merged.values()].map(({ exception, stops }) => ({ ...exception, stops: [...stops] }));
}
