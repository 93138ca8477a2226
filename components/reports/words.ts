import { minutesText } from "@/components/tower/shape";
import type { FlowReport } from "@/server/api/shapes";
import { exceptionCatalogue } from "@/server/domain/exceptions";

export const percent = (rate: number | null): string => (rate === null ? "–" : `${Math.round(rate * 1000) / 10} %`);
export const orders = (count: number): string => (count === 1 ? "1 order" : `${count.toLocaleString("en-US")} orders`);
export const invoices = (count: number): string => (count === 1 ? "1 invoice" : `${count.toLocaleString("en-US")} invoices`);
export const orNone = (minutes: number | null): string => (minutes === null ? "–" : minutesText(minutes));

/** What a code of the catalogue is called; one of an earlier version, that is no more, by itself. */
export const exceptionName = (code: string): string => (code in exceptionCatalogue ? exceptionCatalogue[code as keyof typeof exceptionCatalogue].name : code);

/** What the chart of touches says, in one sentence. */
export function touchSentence({ touchless, days }: Pick<FlowReport, "touchless" | "days">): string {
  const most = days.reduce<FlowReport["days"][number] | null>((best, day) => (day.touchless.complete > (best?.touchless.complete ?? 0) ? day : best), null);
  return most === null ? "No order became complete." : `${touchless.touchless} of ${orders(touchless.complete)} became complete with no touch by a person; the most on ${most.day}: ${most.touchless.touchless} of ${most.touchless.complete}.`;
}

/** What the chart of cycle times says, in one sentence. */
export function cycleSentence({ cycle, days }: Pick<FlowReport, "cycle" | "days">): string {
  const { p50, p95, count } = cycle.dueToSent;
  if (p50 === null || p95 === null) return "No invoice left.";
  const slow = days.reduce((worst, day) => ((day.cycle.dueToSent.p95 ?? -1) > (worst.cycle.dueToSent.p95 ?? -1) ? day : worst));
  return `From billing due to sent, ${invoices(count)}: p50 ${minutesText(p50)}, p95 ${minutesText(p95)}; the slowest day was ${slow.day} with a p95 of ${orNone(slow.cycle.dueToSent.p95)}.`;
}
