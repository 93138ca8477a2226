/** What the address says: tab, sort, filter and the open cause, so that a link shows a colleague the same. */
export interface DeskSearch {
  filter: { tab: "open" | "retry" | "snoozed" | "resolved"; sort: "money" | "age" | "due"; kind?: string; team?: string; code?: string; connector?: string };
  group?: string;
}

const tabs = ["open", "retry", "snoozed", "resolved"] as const;
const sorts = ["money", "age", "due"] as const;
const pick = <T extends string>(options: readonly T[], value: unknown, otherwise: T): T => options.find((option) => option === value) ?? otherwise;

/** Reads an address; what is not understood is as if it were not there. */
export function deskSearch(parameters: Record<string, string | string[] | undefined>): DeskSearch {
  const text = (name: string): string | undefined => { const value = parameters[name]; return typeof value === "string" && value !== "" && value.length <= 500 ? value : undefined; };
  const kind = text("kind"), team = text("team"), code = text("code"), connector = text("connector"), group = text("group");
  return {
    filter: { tab: pick(tabs, text("tab"), "open"), sort: pick(sorts, text("sort"), "money"), ...(kind ? { kind } : {}), ...(team ? { team } : {}), ...(code ? { code } : {}), ...(connector ? { connector } : {}) },
    ...(group ? { group } : {}),
  };
}

/** The address of the same desk with some parts changed; `null` takes a part away. */
export function deskHref(search: DeskSearch, change: Partial<Record<"tab" | "sort" | "kind" | "team" | "code" | "connector" | "group", string | null>>): string {
  const present: Record<string, string | undefined> = { ...search.filter, group: search.group };
  const query = new URLSearchParams();
  for (const name of ["tab", "sort", "kind", "team", "code", "connector", "group"] as const) {
    const value = name in change ? change[name] : present[name];
    if (value && !(name === "tab" && value === "open") && !(name === "sort" && value === "money")) query.set(name, value);
  }
  const text = query.toString();
  return text ? `/exceptions?${text}` : "/exceptions";
}
