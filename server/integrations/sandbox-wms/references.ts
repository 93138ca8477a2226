import { dec, text, type Decimal } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import { externalReference } from "../contract/events";

/**
 * What StackRight repeats as `clientRef` (up to 120 characters, unique for each type of document). They say what they are
 * for, so that its own messages can be read without asking anybody: `part|part|…`, parts without `|`.
 */
const longest = 120;

/** One asking of one line: what an earlier revision had already given out is kept, so that answers are absolute. */
export interface AllocationRef { entity: string; order: string; line: string; revision: number; before: string }
export const allocationRef = (ref: AllocationRef): string => ["alloc", ref.entity, ref.order, ref.line, `r${ref.revision}`, ref.before].join("|").slice(0, longest);
export function readAllocationRef(clientRef: string): AllocationRef | null {
  const found = /^alloc\|([^|]+)\|([^|]+)\|([^|]+)\|r(\d+)\|(\d+(?:\.\d+)?)$/.exec(clientRef);
  return found ? { entity: found[1] as string, order: found[2] as string, line: found[3] as string, revision: Number(found[4]), before: found[5] as string } : null;
}

export interface ReleaseRef { entity: string; request: string; sequence: number }
export const releaseRef = (ref: ReleaseRef): string => ["rel", ref.entity, ref.request, `s${ref.sequence}`].join("|").slice(0, longest);
export function readReleaseRef(clientRef: string | null | undefined): ReleaseRef | null {
  const found = /^rel\|([^|]+)\|([^|]+)\|s(\d+)$/.exec(clientRef ?? "");
  return found ? { entity: found[1] as string, request: found[2] as string, sequence: Number(found[3]) } : null;
}

export const recallRef = (naturalKey: string): string => externalReference(naturalKey, longest);

/** A recall's lines as the warehouse has them, summed. */
export const recallLines = (lines: CommandPayloads["recall_release"]["lines"]): { lineRef: string; qty: number }[] => {
  const sums = new Map<string, Decimal>();
  for (const { line, quantity } of lines) sums.set(line, (sums.get(line) ?? dec(0)).plus(quantity));
  return [...sums].map(([line, quantity]) => ({ lineRef: line, qty: quantity.toNumber() }));
};
export const plain = (value: Decimal): string => text(value);
