import { documentKinds, type DocumentKind } from "@/server/domain/completeness";
import type { DocumentFilter } from "@/server/api/shapes";

/** The chosen source, the number of it that is shown as a list, and whether of one window. */
export interface CompletenessSearch { hours: 24 | 168; gaps: boolean; source?: { connector: string; kind: DocumentKind }; show?: DocumentFilter; window?: string }

/** What stands in a list of each. */
export const shownWords: Readonly<Record<DocumentFilter, string>> = {
  said: "All that it says exists", held: "What is held", excluded: "What is excluded, by rule or by a person", late: "What is late and may still come", missing: "What is missing", confirmed: "What the next system confirmed",
  unconfirmed: "What the next system has not confirmed", healed: "What came after all",
};
const isShown = (text: string): text is DocumentFilter => Object.hasOwn(shownWords, text);
const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** What the address says; anything unknown counts as not chosen. */
export function completenessSearch(parameters: Record<string, string | string[] | undefined>): CompletenessSearch {
  const [source, kind, show, window] = ["source", "kind", "show", "window"].map((name) => first(parameters[name]));
  const chosen = documentKinds.find((one) => one === kind);
  const search: CompletenessSearch = { hours: first(parameters["hours"]) === "168" ? 168 : 24, gaps: first(parameters["gaps"]) === "1" };
  if (!source || source.length > 80 || !chosen) return search;
  search.source = { connector: source, kind: chosen };
  if (show !== undefined && isShown(show)) search.show = show;
  if (window !== undefined && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/.test(window) && !Number.isNaN(Date.parse(window))) search.window = window;
  return search;
}

type Change = { [Name in keyof CompletenessSearch]?: CompletenessSearch[Name] | null };
/** The page with some parts changed; `null` takes a part away. Another source takes the list of the one before with it. */
export function completenessHref(search: CompletenessSearch, change: Change, path = "/completeness"): string {
  const { source, show, window, hours, gaps } = { ...search, ...(change.source === undefined ? {} : { show: null, window: null }), ...change };
  const query = new URLSearchParams();
  if (hours === 168) query.set("hours", "168");
  if (gaps) query.set("gaps", "1");
  if (source) {
    query.set("source", source.connector); query.set("kind", source.kind);
    if (show) query.set("show", show);
    if (window) query.set("window", window);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
