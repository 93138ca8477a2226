import type { ItemFilter } from "@/server/api/shapes";
import type { ResultCode } from "@/server/domain/reconciliation/documents";
import { processNames, type ProcessName } from "@/server/domain/reconciliation/settling";
import { filterWords, resultWords } from "./words";

/** Whose books, the opened statement, what of it is shown, and the opened item. */
export interface ReconciliationSearch { process?: ProcessName; run?: string; show: ItemFilter; result?: ResultCode; item?: number }

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
const isFilter = (text: string | undefined): text is ItemFilter => text !== undefined && Object.hasOwn(filterWords, text);
const isResult = (text: string | undefined): text is ResultCode => text !== undefined && Object.hasOwn(resultWords, text);

/** What the address says; anything unknown counts as not chosen. */
export function reconciliationSearch(parameters: Record<string, string | string[] | undefined>): ReconciliationSearch {
  const [run, show, result, item] = ["run", "show", "result", "item"].map((name) => first(parameters[name])), process = processNames.find((one) => one === first(parameters["process"]));
  const search: ReconciliationSearch = { show: isFilter(show) ? show : "open" };
  if (process) search.process = process;
  if (!run || run.length > 80) return search;
  search.run = run;
  if (isResult(result)) search.result = result;
  if (item !== undefined && /^[1-9]\d{0,8}$/.test(item)) search.item = Number(item);
  return search;
}

type Change = { [Name in keyof ReconciliationSearch]?: ReconciliationSearch[Name] | null };
/** The page with some parts changed; `null` takes a part away. Another statement or filter takes the opened item with it. */
export function reconciliationHref(search: ReconciliationSearch, change: Change, path = "/reconciliation"): string {
  const leaves = "run" in change ? { show: "open" as const, result: null, item: null } : "show" in change || "result" in change ? { item: null } : {};
  const { process, run, show, result, item } = { ...search, ...leaves, ...change }, query = new URLSearchParams();
  if (process) query.set("process", process);
  if (run) {
    query.set("run", run);
    if (show && show !== "open") query.set("show", show);
    if (result) query.set("result", result);
    if (item) query.set("item", String(item));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
