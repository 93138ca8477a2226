import type { Instant } from "../instant";
import { ownMs, type HolderInterval } from "./holders";
import { elapsedMs, inWindow, percentile, toMinutes, type Window } from "./time";

/** One billing unit (or credit) on its way into the ledger. `holders` cover at least from due to posted. */
export interface PostingRow {
  document: string; kind: "invoice" | "credit"; placed: Instant | null; billingDue: Instant; posted: Instant | null; sent: Instant | null;
  /** False where the channel never says that it took the invoice: posting stands for it. */
  sendingKnown: boolean;
  holders: readonly HolderInterval[];
}

export interface Spread { count: number; p50: number | null; p95: number | null }
export const spreadOf = (values: readonly number[]): Spread => ({ count: values.length, p50: percentile(values, 50), p95: percentile(values, 95) });

export interface PostingLatency {
  /** Minutes. */
  gross: Spread;
  net: Spread;
  /** The censored part: due and not posted. Without it a stopped ERP would look fast. */
  open: { count: number; oldestMinutes: number | null; pastLimit: number; documents: string[] };
}

/** Latency of what was posted in the window, always with what is due and not posted at its end. Invoices and credits apart. */
export function postingLatency(rows: readonly PostingRow[], kind: PostingRow["kind"], window: Window, now: Instant, limitMinutes: number): PostingLatency {
  const mine = rows.filter((row) => row.kind === kind);
  const posted = postedIn(mine, window);
  const waiting = mine.filter((row) => row.billingDue <= now && (row.posted === null || row.posted > now));
  const ages = waiting.map((row) => toMinutes(elapsedMs(row.billingDue, now)));
  return {
    gross: spreadOf(posted.map(({ row, at }) => toMinutes(elapsedMs(row.billingDue, at)))),
    net: spreadOf(posted.map(({ row, at }) => toMinutes(ownMs(row.holders, row.billingDue, at)))),
    open: { count: waiting.length, oldestMinutes: ages.length === 0 ? null : Math.max(...ages), pastLimit: ages.filter((age) => age > limitMinutes).length, documents: waiting.map((row) => row.document) },
  };
}

export interface CycleTime { dueToSent: Spread; placedToSent: Spread; /** Rows for which posting stands for sending. */ byPosting: string[] }

/** Invoices that left in the window, each with when it did; posting stands for a sending that cannot be known. */
export const invoicesSent = <Row extends PostingRow>(rows: readonly Row[], window: Window): { row: Row; end: Instant }[] =>
  rows.filter((row) => row.kind === "invoice").flatMap((row) => {
    const end = row.sendingKnown ? row.sent : row.posted;
    return end !== null && inWindow(end, window) ? [{ row, end }] : [];
  });

/** Documents that were posted in the window, each with when it was. */
export const postedIn = <Row extends PostingRow>(rows: readonly Row[], window: Window): { row: Row; at: Instant }[] =>
  rows.flatMap((row) => (row.posted !== null && inWindow(row.posted, window) ? [{ row, at: row.posted }] : []));

/** Invoice cycle time in minutes: due to sent, and placed to sent. */
export function invoiceCycleTime(rows: readonly PostingRow[], window: Window): CycleTime {
  const done = invoicesSent(rows, window);
  return {
    dueToSent: spreadOf(done.map(({ row, end }) => toMinutes(elapsedMs(row.billingDue, end)))),
    placedToSent: spreadOf(done.flatMap(({ row, end }) => (row.placed === null ? [] : [toMinutes(elapsedMs(row.placed, end))]))),
    byPosting: done.filter(({ row }) => !row.sendingKnown).map(({ row }) => row.document),
  };
}
