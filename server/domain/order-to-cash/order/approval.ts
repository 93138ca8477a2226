import type { CommandKind } from "../../commands";
import { approvalDigest, verdictOn, type HoldVerdict } from "../../decisions";
import type { Decimal } from "../../decimal";
import type { Fact } from "../../facts";
import { holdCatalogue, holdKey, type HoldCode } from "../../holds";
import type { Instant } from "../../instant";
import { moneyText } from "../../money";
import type { HoldFinding } from "../../plan";
import type { BusinessCalendar } from "../../policy";
import { addServiceLevel } from "../../calendar";
import type { SoldLine } from "./lines/sold";
import type { Parties } from "./parties";
import type { OrderRecord } from "./record";

/** Slot of holds on the whole order; a line's hold has the line as slot. */
export const orderSlot = "order";

/** What an approval of this order, or of some of its lines, is bound to (2.8). */
export function digestFor(record: OrderRecord, parties: Parties, lines: readonly SoldLine[]): string {
  const { current } = record;
  return approvalDigest({
    customer: parties.customer, shipToCountry: current.shipToAddress.country, shipToState: current.shipToAddress.state ?? null, currency: current.currency, period: null,
    unitPrices: lines.filter((line) => !line.removed).map((line) => ({ line: line.id, price: line.source.price, priceUnit: line.source.priceUnit })),
  });
}

export interface HoldDraft { rule: HoldCode | "MODE"; slot: string; amount: Decimal; message: string; releasedBy?: string; evidence: Record<string, unknown>; since: Instant; digest: string; blocks?: CommandKind[]; preparedBy?: string | null; nobodyApproves?: boolean }
/** A hold with what people said about it. */
export interface JudgedHold { hold: HoldFinding; verdict: HoldVerdict; key: string; active: boolean; rejected: boolean; since: Instant }

/** Makes the hold and looks up the verdict; a rejected one stays active, because somebody said no. */
export function judge(draft: HoldDraft, decisions: readonly Fact[], currency: string, calendar: BusinessCalendar): JudgedHold {
  const rule = draft.rule === "MODE" ? null : holdCatalogue[draft.rule];
  const hold: HoldFinding = {
    rule: draft.rule, slot: draft.slot, blocks: draft.blocks ?? [...(rule?.blocks ?? [])], amount: moneyText(draft.amount, currency), currency, message: draft.message,
    releasedBy: draft.releasedBy ?? `${rule?.releasedBy ?? "a person, for this command"}; by itself: ${rule?.releasesItselfWhen ?? "when the route is in mode act"}`,
    evidence: draft.evidence, digest: draft.digest, preparedBy: draft.preparedBy ?? null,
    dueAt: rule?.escalatesAfterMinutes == null ? null : addServiceLevel(calendar, draft.since, rule.escalatesAfterMinutes),
  };
  const verdict = draft.nobodyApproves || decisions.length === 0 ? { state: "open" as const, decision: null, approvals: 0 } : verdictOn(decisions, hold);
  const rejected = verdict.state === "rejected";
  if (rejected) hold.message = `${hold.message} Rejected by ${verdict.decision?.data.author ?? "a person"}: ${verdict.decision?.data.reason ?? ""}`;
  return { hold, verdict, key: holdKey(draft.rule, draft.slot), active: verdict.state !== "approved", rejected, since: draft.since };
}
