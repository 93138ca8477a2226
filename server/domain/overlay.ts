import { samePayload } from "./commands";
import { allOf, type Fact } from "./facts";

/** What persons overlaid on one document, oldest first. The payload itself is never touched (architecture 1). */
export const overlaysOn = (facts: readonly Fact[], document: string) =>
  allOf(facts, "field.overlaid").filter(({ data }) => data.document === document).sort((a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.document.localeCompare(b.document));

/** The newest value that a person gave for a path of a document; undefined where nobody did. */
export const overlaid = (facts: readonly Fact[], document: string, path: string): unknown =>
  overlaysOn(facts, document).filter(({ data }) => data.path === path).at(-1)?.data.value;

/** Whether a person accepted these very differences of a document, and no others: what differs otherwise since is open again. */
export const acceptedAs = (facts: readonly Fact[], document: string, differences: readonly string[]): boolean => samePayload(overlaid(facts, document, "accepted_difference"), differences);

/** A copy of `data` in which every overlaid path (`remittance.2.document`) has the value a person gave; unknown paths are left out. */
export function withOverlays<T extends object>(facts: readonly Fact[], document: string, data: T): T {
  let copy = data;
  for (const { data: overlay } of overlaysOn(facts, document)) {
    const steps = overlay.path.split(".");
    if (steps[0] !== undefined && steps[0] in data) copy = placed(copy, steps, overlay.value) as T;
  }
  return copy;
}

/** A copy of `target` with a value at a place; a place that it cannot have changes nothing. */
export function placed(target: unknown, [step, ...rest]: string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(target)) {
    const index = Number(step);
    return Number.isInteger(index) && index >= 0 && index <= target.length ? Object.assign([...(target as unknown[])], { [index]: placed(target[index], rest, value) }) : target;
  }
  if (target !== null && typeof target === "object") return { ...target, [step]: placed((target as Record<string, unknown>)[step], rest, value) };
  return rest.length === 0 ? { [step]: value } : target;
}

/** Laid on the number of an invoice in the ledger: it was billed in advance. */
export const advancePath = "advance";
/** Laid on a receipt with the decision that wished a refund, on a return or billing unit with the slot of its credit: the money is not given back that way (REF-01). */
export const refundLeftPath = "refundLeft";
