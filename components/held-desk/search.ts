export interface HeldSearch { rule?: string; sort: "money" | "age"; hold?: string }

/** Reads the address of the desk; what is not understood is as if it were not there. */
export function heldSearch(parameters: Record<string, string | string[] | undefined>): HeldSearch {
  const { rule, sort, hold } = parameters;
  return { sort: sort === "age" ? "age" : "money", ...(typeof rule === "string" && /^[A-Z_]{3,40}$/.test(rule) ? { rule } : {}), ...(typeof hold === "string" && /^\d{1,18}$/.test(hold) ? { hold } : {}) };
}

/** The address of the same desk with some parts changed; `null` takes a part away. */
export function heldHref(search: HeldSearch, change: { rule?: string | null; sort?: "money" | "age"; hold?: string | null }): string {
  const query = new URLSearchParams();
  const next = { ...search, ...change };
  if (next.rule) query.set("rule", next.rule);
  if (next.sort === "age") query.set("sort", "age");
  if (next.hold) query.set("hold", next.hold);
  const text = query.toString();
  return text ? `/held?${text}` : "/held";
}
