import { defaultPolicy } from "./default-policy";
import { isCurrency } from "./money";
import type { BusinessCalendar, Policy } from "./policy";
import { fail, ok, type Result } from "./result";

/** A legal entity as it is first told of. */
export interface NewEntity { code: string; name: string; currency: string; zone: string; opens: number; closes: number; holidays: readonly string[] }

const isZone = (zone: string): boolean => { try { return new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone !== ""; } catch { return false; } };
const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(`${day}T00:00:00.000Z`).toJSON()?.slice(0, 10) === day;

/** One sentence for the first thing that is wrong with it. */
export function checkEntity({ code, name, currency, zone, opens, closes, holidays }: NewEntity): Result<true> {
  if (!/^[A-Z][A-Z0-9]{1,11}$/.test(code)) return fail("ENTITY", `${code} is no code for an entity: two to twelve capital letters and digits, as US01`, "code");
  if (name.trim() === "") return fail("ENTITY", "An entity has a name", "name");
  if (!isCurrency(currency)) return fail("ENTITY", `${currency} is no currency: its three letters as in ISO 4217, as USD`, "currency");
  if (!isZone(zone)) return fail("ENTITY", `${zone} is no time zone: its IANA name, as America/Chicago`, "zone");
  if (!(opens >= 0 && opens < closes && closes <= 24 * 60)) return fail("ENTITY", "Business hours begin before they end, as 08:00-17:00", "hours");
  const odd = holidays.find((day) => !isDay(day));
  return odd === undefined ? ok(true) : fail("ENTITY", `${odd} is no day: as 2026-12-25`, "holidays");
}

const calendarOf = ({ zone, opens, closes, holidays }: NewEntity): BusinessCalendar => ({ ...defaultPolicy.calendar, zone, opens, closes, holidays: [...new Set(holidays)].sort() });

/** Kind of the connectors whose events come by API, with keys: they are called by nobody. */
export const eventSource = "cloud-events";
/** Source of keys that are made without naming one: where no system is asked for orders, theirs are the orders of record. */
export const apiSource = "api";

/** The first version of an entity's rules: every default, every route only observing, orders by API until a route leads to an order system. */
export const firstPolicy = (entity: NewEntity): Policy => ({
  ...defaultPolicy, version: 1, entity: entity.code, currency: entity.currency, calendar: calendarOf(entity),
  routes: defaultPolicy.routes.map((route) => (route.capability === "orders" ? { ...route, connector: apiSource } : route)), systemsOfRecord: { ...defaultPolicy.systemsOfRecord, order: apiSource },
});
