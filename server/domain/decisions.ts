import { canonicalJson } from "./commands";
import { dec, type DecimalString, max } from "./decimal";
import { allOf, type Fact, type Known } from "./facts";
import type { HoldDecided } from "./contracts/decisions";
import { saysWhatFollows } from "./holds";
import type { HoldFinding } from "./plan";

/**
 * 64 bits in the manner of FNV-1a as hex: tells two contents apart; not a defence against forgery (rights and audit are).
 * Reckoned in 32 and twice 16 bits, which whole numbers of the machine hold; the middle ones count with their sign.
 */
export function digestOf(value: unknown): string {
  const text = canonicalJson(value);
  let high = 0xcbf29ce4 | 0, middle = 0x84220000 >> 16, low = 0x2325;
  for (let index = 0; index < text.length; index++) {
    low ^= text.charCodeAt(index);
    high = (Math.imul(high, 0x1b3) + (((middle << 16) | low) << 8)) | 0;
    const lowest = low * 0x1b3, next = middle * 0x1b3 + (lowest >>> 16);
    low = lowest & 0xffff;
    middle = (next << 16) >> 16;
    high = (high + (next >> 16)) | 0;
  }
  return hex(high) + hex((middle << 16) | low);
}
const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, "0");

/** What an approval is bound to (2.8). Order-level holds leave `period` null. */
export interface ApprovedContent {
  customer: string;
  shipToCountry: string | null;
  shipToState: string | null;
  currency: string;
  unitPrices: { line: string; price: DecimalString; priceUnit: DecimalString }[];
  period: string | null;
}
export const approvalDigest = (content: ApprovedContent): string => digestOf(content);

export interface HoldVerdict {
  state: "open" | "approved" | "rejected";
  decision: Known<HoldDecided> | null;
  /** Number of different persons who approved what stands now. */
  approvals: number;
}

/** Whether an amount moved by more than both 1 % and 5.00 since somebody decided about it. */
export function hasMoved(decided: DecimalString, now: DecimalString): boolean {
  const moved = dec(now).minus(dec(decided)).abs();
  return moved.gt(5) && moved.gt(max(dec(decided).abs(), dec(now).abs()).times("0.01"));
}

/**
 * What people decided about a hold as it stands. An approval falls when the digest differs, or when the total moved by more
 * than both 1 % and 5.00. A human decision is never undone by a re-plan otherwise. `personsNeeded` different authors must
 * approve, none of them `preparedBy`; one rejection rejects, unless it is older than a later approval. An approval that does
 * not say which of several sequels follows is none. A hold placed by hand is lifted by who placed it, whatever the money.
 */
export function verdictOn(facts: readonly Fact[], hold: Pick<HoldFinding, "rule" | "slot" | "digest" | "amount" | "preparedBy">, personsNeeded = 1): HoldVerdict {
  const decisions = allOf(facts, "hold.decided")
    .filter(({ data }) => data.rule === hold.rule && data.slot === hold.slot && data.digest === hold.digest)
    .filter(({ data }) => {
      if (data.verdict === "approve" && !saysWhatFollows(hold.rule, "approve", data.consequence)) return false;
      return data.total === undefined || hold.rule === "MANUAL" || !hasMoved(data.total, hold.amount);
    })
    .sort((a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.document.localeCompare(b.document));
  const last = decisions.at(-1) ?? null;
  if (last?.data.verdict === "reject") return { state: "rejected", decision: last, approvals: 0 };
  const approvers = new Set(decisions.filter(({ data }) => data.verdict === "approve" && (hold.rule === "MANUAL" || data.author !== hold.preparedBy)).map(({ data }) => data.author));
  return { state: approvers.size >= personsNeeded ? "approved" : "open", decision: last, approvals: approvers.size };
}
