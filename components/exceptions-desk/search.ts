import type { CausePart } from "@/server/api/shapes";

/** What the address says: tab, sort, filter, grouping and the open cause or bucket, so that a link shows a colleague the same. */
export interface DeskSearch {
  filter: { tab: "open" | "retry" | "snoozed" | "resolved"; sort: "money" | "age" | "due"; kind?: string; team?: string; code?: string; connector?: string; item?: string; owner?: string };
  /** What causes are put together by; without it each stands for itself. */
  by?: CausePart;
  /** The bucket that is open. */
  open?: string;
  group?: string;
}

const tabs = ["open", "retry", "snoozed", "resolved"] as const;
const sorts = ["money", "age", "due"] as const;
/** What the list may be narrowed to besides its kind. */
export const narrowings = ["code", "connector", "item", "owner", "team"] as const;
export const groupings = ["code", "connector", "item", "owner"] as const satisfies readonly CausePart[];
const pick = <T extends string>(options: readonly T[], value: unknown): T | undefined => options.find((option) => option === value);
const present = <T extends object>(parts: T): { [Name in keyof T]?: NonNullable<T[Name]> } => Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as { [Name in keyof T]?: NonNullable<T[Name]> };

/** Reads an address; what is not understood is as if it were not there. */
export function deskSearch(parameters: Record<string, string | string[] | undefined>): DeskSearch {
  const text = (name: string): string | undefined => { const value = parameters[name]; return typeof value === "string" && value !== "" && value.length <= 500 ? value : undefined; };
  const by = pick(groupings, text("by"));
  return {
    filter: { tab: pick(tabs, text("tab")) ?? "open", sort: pick(sorts, text("sort")) ?? "money", ...present({ kind: text("kind"), team: text("team"), code: text("code"), connector: text("connector"), item: text("item"), owner: text("owner") }) },
    ...present({ by, open: by && text("open"), group: text("group") }),
  };
}

/** What the list is asked for. */
export const listOf = ({ filter, by, open }: DeskSearch) => ({ ...filter, ...(by ? { by } : {}), ...(open ? { open } : {}) });

const names = ["tab", "sort", "kind", "team", "code", "connector", "item", "owner", "by", "open", "group"] as const;
/** The address of the same desk with some parts changed; `null` takes a part away. */
export function deskHref({ filter, ...rest }: DeskSearch, change: Partial<Record<(typeof names)[number], string | null>>): string {
  const before: Record<string, string | undefined> = { ...filter, ...rest };
  const query = new URLSearchParams();
  for (const name of names) {
    const value = name in change ? change[name] : before[name];
    if (value && !(name === "tab" && value === "open") && !(name === "sort" && value === "money")) query.set(name, value);
  }
  const text = query.toString();
  return text ? `/exceptions?${text}` : "/exceptions";
}
