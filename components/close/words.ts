import type { ChipKind } from "@/components/ui/chip";
import type { IconName } from "@/components/ui/icon";
import type { CloseDetail, ClosePeriods } from "@/server/api/shapes";
import { figureDefinitions, type FigureName } from "@/server/domain/figures/definitions";
import type { CloseSearch } from "./search";

export type PeriodRow = ClosePeriods[number]["periods"][number] & { entity: string };
export const stateWords: Readonly<Record<PeriodRow["state"], { word: string; icon: IconName; kind: ChipKind }>> = {
  open: { word: "Open", icon: "circle-dot", kind: "plain" }, soft_closed: { word: "Soft-closed", icon: "hourglass", kind: "hold" }, closed: { word: "Closed", icon: "check", kind: "plain" },
};
export const about = (name: FigureName, more?: string) => { const { sentence, population, notIncluded } = figureDefinitions[name]; return { definition: sentence, population: more ? `${population} ${more}` : population, excluded: notIncluded }; };

/** Where a controller begins: of the first entity with a calendar the newest period that is over, else the newest. */
export function periodToClose(entities: ClosePeriods): CloseSearch {
  const found = entities.find(({ periods }) => periods.length > 0), period = found?.periods.find(({ isOver }) => isOver) ?? found?.periods[0];
  return found && period ? { entity: found.entity, period: period.name } : {};
}

/** Moments at which the figures may be looked at: what the ledger and the signature made of the period. */
export function momentsOf({ period, live }: CloseDetail): { label: string; known: string }[] {
  const last = (state: PeriodRow["state"]) => period.changes.findLast((change) => change.state === state), soft = last("soft_closed"), closed = last("closed");
  return [...(soft ? [{ label: "Soft close", known: soft.at }] : []), ...(closed ? [{ label: "Close", known: closed.at }] : []), ...(live ? [{ label: "Sign-off", known: live.asOf.known }] : [])];
}
export const bucketWords: Readonly<Record<string, string>> = { waiting: "waits", held: "held", exception: "exception", in_flight: "in flight" };
export const lateWords = { shipped: "shipped", invoiced: "invoiced", free: "made free", title: "title passed" } as const;
