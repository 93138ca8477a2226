import { zoneOffset } from "@/components/ui/duration-text";
import type { RouteChange } from "@/server/domain/route-change";

type Mode = RouteChange["mode"];

/** A mode, and what it does with a document from its date on. */
export const modeWords: Record<Mode, { name: string; does: string }> = {
  observe: { name: "Observe", does: "Plans and compares; sends nothing" },
  propose: { name: "Propose", does: "A person releases each command" },
  act: { name: "Act", does: "Sends by itself" },
};
export const capabilityWords: Record<RouteChange["capability"], string> = {
  orders: "Orders", warehouse: "Warehouse", transport: "Transport", tax: "Tax", finance: "Finance", payments: "Payments", crm: "Customer notices", stock: "Stock in channels",
};
export const documentWords = (document: string): string => (document === "*" ? "all documents" : document === "receipt" ? "receipts" : document === "stock" ? "stock" : `${document}s`);

/** Wall clock of an instant in a zone, as `2026-12-01T06:00`. */
const wallClock = (instant: string, zone: string): string => { const at = Date.parse(instant); return new Date(at + zoneOffset(at, zone)).toISOString().slice(0, 16); };
/** The minute in which a route begins, by the entity's own clocks: what its form shows. */
export const clockOfStart = (instant: string | null, zone: string): string => (instant === null ? "" : wallClock(instant, zone));

const zoneName = (instant: string, zone: string): string => new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "short" }).formatToParts(new Date(instant)).find(({ type }) => type === "timeZoneName")?.value ?? zone;

/** "1 Dec 2026" in the entity's own days; where it is not a day's beginning with the clock time and the zone of it. */
export function startText(instant: string | null, zone: string): string {
  if (instant === null) return "–";
  const wall = wallClock(instant, zone), time = wall.slice(11);
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(`${wall}:00.000Z`));
  return time === "00:00" ? day : `${day}, ${time} ${zoneName(instant, zone)}`;
}
