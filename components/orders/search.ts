import { stages } from "@/server/domain/stages";

/** What the address of the list says; the same filter that a figure links with. */
export interface OrderSearch { stage: string; having?: string; channel?: string; late?: boolean; ageFrom?: number; ageTo?: number }

export function orderSearch(parameters: Record<string, string | string[] | undefined>): OrderSearch {
  const text = (name: string): string | undefined => { const value = parameters[name]; return typeof value === "string" && value !== "" && value.length <= 200 ? value : undefined; };
  const hours = (name: string): number | undefined => { const value = Number(text(name)); return text(name) !== undefined && value >= 0 && value <= 100_000 ? value : undefined; };
  const stage = text("stage") ?? "open";
  const having = text("having"), channel = text("channel"), ageFrom = hours("ageFrom"), ageTo = hours("ageTo");
  return {
    stage: stage.split(",").every((one) => ["open", "all", "complete", ...stages].includes(one)) ? stage : "open",
    ...(having && /^[a-z_]+:[a-z_]+$/.test(having) ? { having } : {}), ...(channel ? { channel } : {}), ...(text("late") === "1" ? { late: true } : {}),
    ...(ageFrom === undefined ? {} : { ageFrom }), ...(ageTo === undefined ? {} : { ageTo }),
  };
}

/** The address of the list with some parts changed; `null` takes a part away. */
export function orderHref(search: OrderSearch, change: { [Key in keyof OrderSearch]?: OrderSearch[Key] | null }): string {
  const next: Record<string, string | number | boolean | null | undefined> = { ...search, ...change };
  const query = new URLSearchParams();
  for (const name of ["stage", "having", "channel", "late", "ageFrom", "ageTo"]) {
    const value = next[name];
    if (value === null || value === undefined || value === false || (name === "stage" && value === "open")) continue;
    query.set(name, value === true ? "1" : `${value}`);
  }
  const text = query.toString();
  return text ? `/orders?${text}` : "/orders";
}
