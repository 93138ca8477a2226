/** What is looked at of which period, and which list is open. */
export interface CloseSearch { entity?: string; period?: string; day?: string; known?: string; list?: CloseList; of?: string }
export const closeLists = ["blockers", "unexplained", "held", "exceptions", "unposted", "shipped", "accrual", "late"] as const;
export type CloseList = (typeof closeLists)[number];

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
const isInstant = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));

/** What the address says; anything unknown counts as not chosen. */
export function closeSearch(parameters: Record<string, string | string[] | undefined>): CloseSearch {
  const [entity, period, day, known, of] = ["entity", "period", "day", "known", "of"].map((name) => first(parameters[name])), list = closeLists.find((one) => one === first(parameters["list"])), search: CloseSearch = {};
  if (entity !== undefined && /^[A-Z0-9]{2,12}$/.test(entity) && period !== undefined && period.length > 0 && period.length <= 80) Object.assign(search, { entity, period });
  else return search;
  if (day !== undefined && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))) search.day = day;
  if (known !== undefined && isInstant(known)) search.known = new Date(known).toISOString();
  if (list) search.list = list;
  if (list && of !== undefined && of.length > 0 && of.length <= 80) search.of = of;
  return search;
}

type Change = { [Name in keyof CloseSearch]?: CloseSearch[Name] | null };
/** The page with some parts changed; `null` takes a part away. Another period takes all with it, another list what it was narrowed to. */
export function closeHref(search: CloseSearch, change: Change, path = "/close"): string {
  const leaves: Change = "period" in change || "entity" in change ? { day: null, known: null, list: null, of: null } : "list" in change ? { of: null } : {}, query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...search, ...leaves, ...change })) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
