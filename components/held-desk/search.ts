export interface HeldSearch { rule?: string; /** Those that an exception stops besides. */ stopped?: true; sort: "money" | "age"; hold?: string }

/** Reads the address of the desk; what is not understood is as if it were not there. */
export function heldSearch(parameters: Record<string, string | string[] | undefined>): HeldSearch {
  const { rule, sort, hold, stopped } = parameters;
  return { sort: sort === "age" ? "age" : "money", ...(typeof rule === "string" && /^[A-Z_]{3,40}$/.test(rule) ? { rule } : {}), ...(stopped === "1" ? { stopped: true as const } : {}), ...(typeof hold === "string" && /^\d{1,18}$/.test(hold) ? { hold } : {}) };
}

/** The address of the same desk with some parts changed; `null` takes a part away. */
export function heldHref(search: HeldSearch, change: { rule?: string | null; stopped?: true | null; sort?: "money" | "age"; hold?: string | null }): string {
  const query = new URLSearchParams();
  const next = { ...search, ...change };
  if (next.rule) query.set("rule", next.rule);
  if (next.stopped) query.set("stopped", "1");
  if (next.sort === "age") query.set("sort", "age");
  if (next.hold) query.set("hold", next.hold);
  const text = query.toString();
  return text ? `/held?${text}` : "/held";
}

/** What the list is asked for. */
export const listOf = ({ sort, rule, stopped }: HeldSearch): { sort: HeldSearch["sort"]; rule?: string; stopped?: true } => ({ sort, ...(rule ? { rule } : {}), ...(stopped ? { stopped } : {}) });
