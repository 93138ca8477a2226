import type { Difference } from "@/components/ui/difference-list";
import type { Lane } from "@/server/domain/commands";
import { laneNames } from "@/server/domain/policy-sentences";
import { lanes, type ResiliencePolicy } from "@/server/domain/resilience";

/** Numbers of a policy, in the words and units in which they are typed. `per`: what one typed unit is worth. */
interface Figure { place: readonly string[]; label: string; unit: string; per: number }
const figure = (place: string, label: string, unit: string, per = 1): Figure => ({ place: place.split("."), label, unit, per });

export const budgetFigures = [figure("concurrency", "Calls at once", "calls"), figure("perMinute", "Calls a minute", "calls")];
export const breakerFigures = [
  figure("breaker.inARow", "Failures in a row", "calls"), figure("breaker.failedShare", "Or a part of calls", "%", 0.01), figure("breaker.minimumCalls", "Of at least", "calls"), figure("breaker.windowSeconds", "Within", "s"),
  figure("breaker.firstProbeSeconds", "First probe after", "s"), figure("breaker.lastProbeSeconds", "Later after up to", "s"),
];
/** What is only read is asked again by the rules of look-up and read-back: of it only the share may be set. */
export const laneFigures = (lane: Lane): Figure[] => [
  figure(`lanes.${lane}.share`, "May use", "%", 0.01), ...(lane === "inquiry" ? [] : triesFigures(lane)),
];
const triesFigures = (lane: Lane): Figure[] => [
  figure(`lanes.${lane}.attempts`, "Tries", "times"), figure(`lanes.${lane}.ageHours`, "Within", "h"), figure(`lanes.${lane}.firstWaitSeconds`, "First wait", "s"), figure(`lanes.${lane}.lastWaitSeconds`, "Longest wait", "s"),
];
const everyFigure: readonly (Figure & { of: string })[] = [
  ...budgetFigures.map((one) => ({ ...one, of: "Budget" })), ...lanes.flatMap((lane) => laneFigures(lane).map((one) => ({ ...one, of: laneNames[lane] }))), ...breakerFigures.map((one) => ({ ...one, of: "Breaker" })),
];

export const keyOf = ({ place }: Figure): string => place.join(".");
const at = (policy: unknown, place: readonly string[]): number => place.reduce<unknown>((found, name) => (found as Record<string, unknown>)[name], policy) as number;
/** As typed: without the noise of binary fractions. */
export const shown = (policy: ResiliencePolicy, { place, per }: Figure): string => String(Number((at(policy, place) / per).toFixed(6)));

/** The policy with what was typed; what is no number is NaN, and refused as such. */
export function typedPolicy(policy: ResiliencePolicy, draft: Readonly<Record<string, string>>): ResiliencePolicy {
  const typed = structuredClone(policy);
  for (const one of everyFigure) {
    const text = draft[keyOf(one)];
    if (text === undefined) continue;
    const home = one.place.slice(0, -1).reduce<unknown>((found, name) => (found as Record<string, unknown>)[name], typed) as Record<string, number>;
    home[one.place.at(-1) ?? ""] = text.trim() === "" ? NaN : Number((Number(text) * one.per).toFixed(9));
  }
  return typed;
}

export const policyDifferences = (before: ResiliencePolicy, after: ResiliencePolicy): Difference[] =>
  everyFigure.filter(({ place }) => at(before, place) !== at(after, place)).map((one) => ({ name: `${one.of}: ${one.label.toLowerCase()}`, before: `${shown(before, one)} ${one.unit}`, after: `${shown(after, one)} ${one.unit}` }));
