import type { AgeCell, AgeStage } from "@/components/charts/age-matrix";
import type { LatencyPoint } from "@/components/charts/latency-chart";
import type { HolderInterval } from "@/components/charts/waterfall-chart";
import type { PipelineGap, PipelineStage } from "@/components/charts/pipeline";

/** The moment at which every sample was true. */
const SAMPLE_NOW = "2026-07-16T19:32:00Z";

const p95 = [65, 77, 71, 59, 70, 72, 51, 53, 65, 62, 40, 49, 56, 55, 46, 50, 66, 52, 47, 43, 35, 22, 32, 38, 31, 22, 30, 42, 29, 31, 40, 60, 44, 50, 60, 51, 49, 59, 66, 55, 57, 98, 143, 159, 162, 133, 109, 101, 94];
export const latency: LatencyPoint[] = p95.map((value, index) => ({
  at: new Date(Date.parse(SAMPLE_NOW) - (p95.length - 1 - index) * 1_800_000).toISOString(), p95Minutes: value, p50Minutes: 8 + (value > 90 ? value / 18 : value / 12),
}));

const cell = (amount: string, count: number): AgeCell => ({ amount, count, href: "/orders" });
const stage = (key: string, name: string, waits: string, lateFrom: number, late: number, total: AgeCell, amounts: readonly ([string, number] | null)[]): AgeStage => ({
  key, name, waits, lateFrom, total, late: { count: late, href: "/orders" }, cells: amounts.map((pair) => pair && cell(...pair)),
});
export const buckets = ["< 1 h", "1–2 h", "2–4 h", "4–8 h", "8–24 h", "1–2 d", "> 2 d"];
export const stages: AgeStage[] = [
  stage("captured", "Captured", "waits for validation · 1 h", 1, 15, cell("141500", 79), [["121800", 64], ["9300", 5], ["7100", 6], ["3300", 4], null, null, null]),
  stage("validated", "Validated", "waits for release · 4 h", 3, 43, cell("638900", 247), [["301200", 118], ["133400", 52], ["81200", 34], ["58900", 21], ["41300", 14], ["17800", 6], ["5100", 2]]),
  stage("released", "Released", "waits for shipment · 24 h", 5, 94, cell("3320000", 1167), [["402600", 142], ["281900", 96], ["508300", 171], ["751900", 268], ["1120000", 396], ["166700", 61], ["89800", 33]]),
  stage("part", "Part shipped", "waits for the rest · 2 d", 6, 104, cell("654800", 261), [["19200", 8], ["16100", 7], ["30400", 12], ["77900", 31], ["128700", 52], ["119400", 47], ["263100", 104]]),
  stage("shipped", "Shipped", "waits for invoice posted · 2 h", 2, 287, cell("1204388", 392), [["148200", 61], ["112500", 44], ["104900", 38], ["226300", 71], ["318700", 96], ["205100", 58], ["88600", 24]]),
];
export const sums = {
  cells: [cell("993100", 393), cell("553200", 204), cell("731900", 261), cell("1120000", 395), cell("1610000", 558), cell("509100", 172), cell("446600", 163)],
  total: cell("5959295", 2146), late: { count: 543, href: "/orders" },
};

const at = (label: string, count: number, amount: string): PipelineStage => ({ key: label, label, count, amount, href: "/orders" });
export const pipelineStages = [
  at("Captured today", 1106, "2910000"), at("Validated today", 1098, "2880000"), at("Released today", 1071, "2790000"), at("Shipped today", 842, "2180000"), at("Posted today", 716, "1870000"), at("Paid today", 688, "1790000"),
];
export const pipelineGaps: PipelineGap[] = [
  { amount: "141500", count: 79, noun: "orders", href: "/orders", moving: 64, stuck: [{ kind: "technical", count: 15, href: "/exceptions" }] },
  { amount: "638900", count: 247, noun: "orders", href: "/orders", moving: 206, stuck: [{ kind: "business", count: 41, href: "/exceptions" }] },
  { amount: "3320000", count: 1167, noun: "orders", href: "/orders", moving: 1115, stuck: [{ kind: "technical", count: 26, href: "/exceptions" }, { kind: "business", count: 26, href: "/exceptions" }] },
  { amount: "1204388", count: 392, noun: "orders", href: "/orders", moving: 187, stuck: [{ kind: "technical", count: 70, href: "/exceptions" }, { kind: "business", count: 83, href: "/exceptions" }, { kind: "hold", count: 34, href: "/held" }, { kind: "sla", count: 18, href: "/exceptions" }] },
  { amount: "9860000", count: 4902, noun: "unpaid", href: "/orders", moving: 4869, movingText: "not due or due", stuck: [{ kind: "business", count: 12, href: "/exceptions" }, { kind: "drift", count: 21, href: "/exceptions" }] },
];

const day = (clock: string) => `2026-07-16T${clock}:00-05:00`;
export const holders: HolderInterval[] = [
  { key: "1", name: "SHP-1057 picked and packed", holder: "Harbor WMS", role: "source", from: day("09:10"), to: day("11:54") },
  { key: "2", name: "Shipment confirmed, customer told", holder: "Ledgerline", role: "engine", from: day("11:54"), to: "2026-07-16T11:54:02-05:00" },
  { key: "3", name: "Tax determined, $314.74", holder: "AvaTax", role: "service", from: "2026-07-16T11:54:04-05:00", to: "2026-07-16T11:54:05-05:00" },
  { key: "4", name: "Post invoice: waits for budget", holder: "Business Central", role: "target", from: day("11:54"), to: day("13:07") },
  { key: "5", name: "Refused: item not mapped", holder: "Master data", role: "master_data", from: day("13:07"), to: day("14:24"), strong: true },
  { key: "6", name: "Restart J-2291, 15th of 37", holder: "Ledgerline", role: "engine", from: day("14:24"), to: null, strong: true },
  { key: "7", name: "CM-2211 held, rule CR-02", holder: "Finance", role: "finance", from: day("10:22"), to: null },
];
export const holderWindow = { from: day("09:00"), to: day("15:30"), now: day("14:32"), limit: { at: day("13:54"), label: "limit 13:54" } };

export interface SampleOrder { number: string; customer: string; amount: string; since: string; state: "verified" | "accepted" | "sending" | "waiting" | "rejected" }
const names = ["Kestrel Mechanical", "Tri-County Hospital", "Halvorsen Marine", "Paxton School District", "Arroyo Grading", "Delgado & Sons", "Bramwell Electrical", "Ridgeline Solar"];
const states = ["verified", "accepted", "sending", "waiting", "waiting", "rejected"] as const;
export const orders = (count: number): SampleOrder[] => Array.from({ length: count }, (_, index) => ({
  number: `SO-${48190 + index}`, customer: names[index % names.length] ?? "", amount: `${((index * 7919) % 48000) + 212}.${String((index * 37) % 100).padStart(2, "0")}`,
  since: new Date(Date.parse(SAMPLE_NOW) - (index + 1) * 1_371_000).toISOString(), state: states[index % states.length] ?? "waiting",
}));
