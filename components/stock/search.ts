import type { StockStanding } from "@/server/api/shapes";

/** Which positions are shown, and the opened one. */
export interface StockSearch { show?: StockStanding; find?: string; open?: string }

export const standingWords: Readonly<Record<StockStanding, string>> = { drift: "Drift", behind: "Behind", told: "Not read back", in_step: "In step", other: "Not compared" };
const isStanding = (text: string | undefined): text is StockStanding => text !== undefined && Object.hasOwn(standingWords, text);
const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** What the address says; anything unknown counts as not chosen. */
export function stockSearch(parameters: Record<string, string | string[] | undefined>): StockSearch {
  const show = first(parameters["show"]), find = first(parameters["find"])?.trim().slice(0, 80), open = first(parameters["open"])?.slice(0, 300);
  return { ...(isStanding(show) ? { show } : {}), ...(find ? { find } : {}), ...(open ? { open } : {}) };
}

type Change = { [Name in keyof StockSearch]?: StockSearch[Name] | null };
/** The page with some parts changed; `null` takes a part away. Other positions take the opened one with them. */
export function stockHref(search: StockSearch, change: Change, path = "/stock"): string {
  const parts = { ...search, ...(change.show === undefined && change.find === undefined ? {} : { open: null }), ...change };
  const query = new URLSearchParams(Object.entries(parts).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
