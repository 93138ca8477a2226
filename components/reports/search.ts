import { orderHref } from "@/components/orders/search";
import { isPeriod } from "@/server/domain/figures/time";
import type { FlowList } from "@/server/domain/figures/orders";

export interface DayRange { from: string; to: string }
/** The last days with today, or two days. */
export type ReportSearch = { days: number } | DayRange;

const defaultDays = 7;
export const presets = [{ days: 1, label: "Today" }, { days: 7, label: "7 days" }, { days: 30, label: "30 days" }, { days: 90, label: "90 days" }] as const;

type Parameters = Record<string, string | string[] | undefined>;
/** Two days of an address, or nothing where they are none. */
export function rangeOf({ from, to }: Parameters): DayRange | undefined {
  const range = { from: typeof from === "string" ? from : "", to: typeof to === "string" ? to : "" };
  return isPeriod(range) ? range : undefined;
}

/** Reads an address; what is not understood is as if it were not there. */
export const reportSearch = (parameters: Parameters): ReportSearch =>
  rangeOf(parameters) ?? { days: presets.find(({ days }) => String(days) === parameters["days"])?.days ?? defaultDays };

export const reportHref = (search: ReportSearch, page = ""): string => {
  const query = new URLSearchParams("days" in search ? (search.days === defaultDays ? {} : { days: String(search.days) }) : { from: search.from, to: search.to }).toString();
  return `/reports${page}${query ? `?${query}` : ""}`;
};

/** The orders that a figure of these days counts. */
export const countedHref = (list: FlowList, { from, to }: DayRange, entity?: string): string => orderHref({ stage: "all", flow: { list, range: { from, to } }, ...(entity ? { entity } : {}) }, {});

export const fixResults = ["all", "verified", "open"] as const;
export type FixResult = (typeof fixResults)[number];
export interface FixSearch { range: DayRange; result: FixResult }
export const fixesHref = ({ from, to }: DayRange, result: FixResult = "all"): string => `/reports/fixes?${new URLSearchParams({ from, to, ...(result === "all" ? {} : { result }) }).toString()}`;

export const exceptionResults = ["all", "solved", "open"] as const;
export type ExceptionResult = (typeof exceptionResults)[number];
export interface ExceptionSearch { range: DayRange; code: string; result: ExceptionResult }
/** The exceptions of one code that these days count. */
export const exceptionsHref = ({ from, to }: DayRange, code: string, result: ExceptionResult = "all"): string => `/reports/exceptions?${new URLSearchParams({ from, to, code, ...(result === "all" ? {} : { result }) }).toString()}`;
