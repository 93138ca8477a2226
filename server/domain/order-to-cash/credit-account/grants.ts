import { dec, type Decimal } from "../../decimal";
import type { Fact } from "../../facts";
import { addMs, type Instant } from "../../instant";
import type { RecordedFact } from "../../plan";
import type { CreditRequest } from "../../publications";

/** A reservation that was given: the outcome of the gate, kept so that a replay gives the same (2.8). */
export interface Grant { order: string; version: number; amount: Decimal; /** The first of the reservations that followed each other without a gap. */ since: Instant; expires: Instant }
interface GrantData { order: string; amount: string; grantedAt: Instant; since?: Instant; expires: Instant }

const grantedType = "credit.granted";
const dayMs = 86_400_000;

/** The newest reservation of each order. */
export function grantsOf(facts: readonly Fact[]): Map<string, Grant> {
  const grants = new Map<string, Grant>();
  for (const fact of facts) {
    if (fact.type !== grantedType) continue;
    const data = fact.data as GrantData;
    if ((grants.get(data.order)?.version ?? 0) < fact.version) grants.set(data.order, { order: data.order, version: fact.version, amount: dec(data.amount), since: data.since ?? data.grantedAt, expires: data.expires });
  }
  return grants;
}

const committedValue = (request: CreditRequest): Decimal => dec(request.openValue).plus(request.releasedNotShipped).plus(request.shippedNotInvoiced);

/** A reservation covers its order until it lapses, unless the order grew by more than both 1 % and 5.00 (2.8). */
export function covers(grant: Grant, request: CreditRequest, now: Instant): boolean {
  if (grant.expires <= now && request.state !== "shipped") return false;
  const grown = committedValue(request).minus(grant.amount);
  return !(grown.gt(5) && grown.gt(grant.amount.times("0.01")));
}

/** The fact that a reservation was given now; it lapses after the policy's days (P22). Who still acts on the one before renews it: the gate was passed with the first. */
export function newGrant(request: CreditRequest, before: Grant | undefined, now: Instant, days: number): { grant: Grant; record: RecordedFact } {
  const grant: Grant = { order: request.order, version: (before?.version ?? 0) + 1, amount: committedValue(request), since: (request.state === "granted" && before?.since) || now, expires: addMs(now, days * dayMs) };
  const data: GrantData = { order: grant.order, amount: grant.amount.toFixed(2), grantedAt: now, since: grant.since, expires: grant.expires };
  return { grant, record: { type: grantedType, document: request.order, group: "credit", version: grant.version, occurredAt: now, data } };
}
