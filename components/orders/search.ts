import { findingCatalogue, type FindingCode } from "@/server/domain/exceptions";
import { levelParts, type LevelPart } from "@/server/domain/figures/levels";
import { dueParts, flowLists, type DuePart, type FlowList } from "@/server/domain/figures/orders";
import { isPeriod } from "@/server/domain/figures/time";
import { stages } from "@/server/domain/stages";

/** What the address of the list says; the same filter that a figure links with. */
export interface OrderSearch { stage: string; having?: string; finding?: string; entity?: string; channel?: string; late?: boolean; ageFrom?: number; ageTo?: number; due?: DuePart; passed?: string; stopped?: string; unbilled?: boolean; unposted?: boolean; unpaid?: boolean; /** Orders behind a figure of a report: which, and of which days. */ flow?: { list: FlowList; range: { from: string; to: string } }; /** Orders behind what a service level counts. */ level?: { id: string; part: LevelPart } }

export function orderSearch(parameters: Record<string, string | string[] | undefined>): OrderSearch {
  const text = (name: string): string | undefined => { const value = parameters[name]; return typeof value === "string" && value !== "" && value.length <= 200 ? value : undefined; };
  const hours = (name: string): number | undefined => { const value = Number(text(name)); return text(name) !== undefined && value >= 0 && value <= 100_000 ? value : undefined; };
  const stage = text("stage") ?? "open";
  const having = text("having"), finding = text("finding"), entity = text("entity"), channel = text("channel"), ageFrom = hours("ageFrom"), ageTo = hours("ageTo");
  const word = (name: string): string | undefined => { const value = text(name); return value !== undefined && /^[a-z_]{2,30}$/.test(value) ? value : undefined; };
  const passed = word("passed"), stopped = word("stopped");
  const due = dueParts.find((known) => known === text("due"));
  const list = flowLists.find((known) => known === text("flow")), range = { from: text("from") ?? "", to: text("to") ?? "" };
  const level = text("level"), part = levelParts.find((known) => known === text("part")) ?? "counted";
  return {
    stage: stage.split(",").every((one) => ["open", "all", "complete", ...stages].includes(one)) ? stage : "open",
    ...(having && /^[a-z_]+:[a-z_]+(,[a-z_]+:[a-z_]+)*$/.test(having) ? { having } : {}), ...(finding && /^FND-\d{2}(:money)?$/.test(finding) ? { finding } : {}), ...(entity && entity.length <= 12 ? { entity } : {}), ...(channel ? { channel } : {}), ...(text("late") === "1" ? { late: true } : {}),
    ...(due ? { due } : {}), ...(passed ? { passed } : {}), ...(stopped ? { stopped } : {}), ...(text("unbilled") === "1" ? { unbilled: true } : {}), ...(text("unposted") === "1" ? { unposted: true } : {}), ...(text("unpaid") === "1" ? { unpaid: true } : {}),
    ...(list && isPeriod(range) ? { flow: { list, range } } : {}), ...(level && level.length <= 80 ? { level: { id: level, part } } : {}), ...(ageFrom === undefined ? {} : { ageFrom }), ...(ageTo === undefined ? {} : { ageTo }),
  };
}

/** The address of the list with some parts changed; `null` takes a part away. */
export function orderHref(search: OrderSearch, change: { [Key in keyof OrderSearch]?: OrderSearch[Key] | null }): string {
  const { flow, level, ...plain } = { ...search, ...change };
  const next: Record<string, string | number | boolean | null | undefined> = { ...plain, ...(flow && { flow: flow.list, ...flow.range }), ...(level && { level: level.id, part: level.part }) };
  const query = new URLSearchParams();
  for (const name of ["stage", "having", "finding", "entity", "channel", "late", "ageFrom", "ageTo", "due", "passed", "stopped", "unbilled", "unposted", "unpaid", "flow", "from", "to", "level", "part"]) {
    const value = next[name];
    if (value === null || value === undefined || value === false || (name === "stage" && value === "open")) continue;
    query.set(name, value === true ? "1" : `${value}`);
  }
  const text = query.toString();
  return text ? `/orders?${text}` : "/orders";
}

const kinds: Readonly<Record<string, string>> = { technical: "stopped by a technical exception", business: "stopped by a business exception", drift: "stopped by a difference", hold: "held", sla: "late with no other cause", moving: "moving" };
const said = (name: string): string => name.replaceAll("_", " ");

const havingWords = (having: string): string => { const [track = "", value = ""] = having.split(":"); return value === "none" ? `${track}: none` : said(value); };
function findingWords(finding: string): string {
  const [code = "", money] = finding.split(":");
  return `${code} ${findingCatalogue[code as FindingCode]?.toLowerCase() ?? ""}${money ? ", with an amount" : ""}`;
}

const dueWords: Readonly<Record<DuePart, string>> = { overdue: "its date has passed", today: "due today", later: "due later", undated: "without a date" };
const levelWords: Readonly<Record<LevelPart, string>> = { counted: "what a service level counts", breached: "past a service level", warned: "near a service level" };
const flowWords: Readonly<Record<FlowList, string>> = { complete: "became complete", touchless: "complete, touched by nobody", approved: "complete, touched by nobody but for approvals", touched: "complete, touched by somebody", sent: "invoice left", posted: "invoice posted" };

/** What narrows the list beyond its buttons, in words. */
export function filterWords(search: OrderSearch): string[] {
  const listed = search.stage.split(",").filter((stage) => !["open", "all", "complete"].includes(stage));
  const hours = (from: number | undefined, to: number | undefined): string => (to === undefined ? `${from ?? 0} h and more in stage` : `${from ?? 0} to ${to} h in stage`);
  return [
    ...(listed.length > 0 ? [listed.map(said).join(", ")] : []), ...(search.channel ? [`channel ${search.channel}`] : []),
    ...(search.ageFrom !== undefined || search.ageTo !== undefined ? [hours(search.ageFrom, search.ageTo)] : []),
    ...(search.due ? [dueWords[search.due]] : []), ...(search.passed ? [`${said(search.passed)} in the last 24 h`] : []), ...(search.stopped ? [kinds[search.stopped] ?? said(search.stopped)] : []),
    ...(search.unbilled ? ["shipped, not invoiced"] : []), ...(search.unposted ? ["due and unposted"] : []), ...(search.unpaid ? ["invoiced, not paid"] : []),
    ...(search.having && !["facet:exception", "facet:on_hold"].includes(search.having) ? search.having.split(",").map(havingWords) : []),
    ...(search.flow ? [`${flowWords[search.flow.list]}, ${search.flow.range.from === search.flow.range.to ? `on ${search.flow.range.from}` : `${search.flow.range.from} to ${search.flow.range.to}`}`] : []), ...(search.level ? [levelWords[search.level.part]] : []), ...(search.finding ? [findingWords(search.finding)] : []), ...(search.entity ? [`entity ${search.entity}`] : []),
  ];
}
