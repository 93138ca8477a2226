import type { Instant } from "../../../instant";
import { allOf } from "../../../facts";
import type { OrderMoney } from "../books/money";
import type { JudgedHold } from "../approval";
import type { OrderView } from "../view";
import { creditLapsed, onCredit } from "./credit";
import { authorisedOf, orderHolds, prepaidOf, takenBack } from "./order-holds";
import { priceHold } from "./price";
import { validate, type Validation } from "./validation";

/** What stands between the order and its release. */
export interface Gates {
  validation: Validation;
  /** Every check has answered and no fault is of the whole order. */
  validated: boolean;
  validatedAt: Instant;
  orderHolds: JudgedHold[];
  priceHolds: ReadonlyMap<string, JudgedHold>;
  overHolds: JudgedHold[];
  /** No hold on the whole order stands, credit and duplicate check have answered. */
  approved: boolean;
  approvedAt: Instant;
  /** Keys of active order-level holds, and names of answers that are missing, that stop a release. */
  releaseBlockedBy: string[];
  /** A hold that asks for what was released to come back. */
  recallAll: boolean;
  /** Granted by the account, or by a person who released the credit hold. */
  creditGranted: boolean;
}

/**
 * Whether a hold that stands asks for what was released to come back (2.9 invariant 2). Not where it stands only for what was
 * added since: money that covers what was released, a reservation that has not lapsed (P22), or a yes under which it left (2.8).
 */
function asksBack(view: OrderView, money: OrderMoney, { hold, rejected }: JudgedHold): boolean {
  const released = money.total.minus(money.unreleasedTotal);
  if (hold.rule === "CREDIT_LIMIT" || hold.rule === "CREDIT_OVERDUE") return creditLapsed(view);
  if (hold.rule === "PREPAYMENT_DUE" && prepaidOf(view).gte(released.minus(takenBack(view)))) return false;
  if (hold.rule === "PAYMENT_AUTHORISATION" && authorisedOf(view).gte(released)) return false;
  return rejected || hold.rule === "MANUAL" || !allOf(view.record.decisions, "hold.decided").some(({ data }) => data.rule === hold.rule && data.slot === hold.slot && data.verdict === "approve");
}

/** Runs every check and gate before release (2.3 stages 30 and 40, 2.9 invariant 2). */
export function gatesOf(view: OrderView, money: OrderMoney): Gates {
  const validation = validate(view);
  const { estimate, record } = view;
  const estimated = !estimate.needed || estimate.complete;
  const validated = !validation.header && estimated;
  const holds = orderHolds(view, money);
  const active = holds.filter((hold) => hold.active && hold.hold.blocks.includes("release_to_warehouse"));
  const priceHolds = new Map<string, JudgedHold>();
  for (const row of view.lines) {
    const hold = priceHold(view, row);
    if (hold?.active) priceHolds.set(row.line.id, hold);
  }
  const creditHeld = holds.filter(({ hold }) => hold.rule === "CREDIT_LIMIT" || hold.rule === "CREDIT_OVERDUE");
  const creditNeeded = onCredit(view, money);
  const creditGranted = !creditNeeded || view.credit?.verdict === "granted" || (view.credit?.verdict === "refused" && creditHeld.length > 0 && creditHeld.every((hold) => !hold.active));
  const missing = [
    ...(validation.header ? validation.exceptions.filter(({ stops }) => stops.includes("order")).map(({ code }) => code) : []),
    ...(estimated ? [] : ["wait:estimate"]),
    ...(view.duplicate === null ? ["wait:duplicate"] : []),
    ...(creditGranted || creditHeld.some((hold) => hold.active) ? [] : ["wait:credit"]),
  ];
  const validatedAt = later(record.currentRecordedAt, estimate.answeredAt);
  const decided = holds.map((hold) => hold.verdict.decision?.occurredAt ?? null);
  return {
    validation, validated, validatedAt, orderHolds: holds, priceHolds, overHolds: view.lines.flatMap((row) => (row.overShipment?.active ? [row.overShipment] : [])),
    approved: validated && active.length === 0 && missing.length === 0, approvedAt: later(validatedAt, view.credit?.verdict === "granted" ? view.credit.decidedAt : null, ...decided),
    releaseBlockedBy: [...active.map((hold) => hold.key), ...missing], recallAll: active.some((hold) => asksBack(view, money, hold)), creditGranted,
  };
}

const later = (first: Instant, ...others: (Instant | null | undefined)[]): Instant => others.reduce<Instant>((latest, at) => (at != null && at > latest ? at : latest), first);
