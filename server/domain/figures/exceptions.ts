import { addServiceLevel } from "../calendar";
import { exceptionCatalogue, type ExceptionCode } from "../exceptions";
import { addMs, earliest, epochMs, hours, minutes, type Instant } from "../instant";
import type { BusinessCalendar } from "../policy";
import { elapsedMs, inWindow, type Window } from "./time";

/** One occurrence of an exception; `resolvedAt` null while it is open. Spells of one fingerprint belong together. */
export interface Spell { firstSeen: Instant; resolvedAt: Instant | null }

/** TEC and CMP run around the clock; everything else in the owner team's business time (3.1). */
const runsAroundTheClock = (code: ExceptionCode): boolean => code.startsWith("TEC-") || code.startsWith("CMP-");

/** When it is overdue: its service level, never later than any of the dates given. Null where it has no service level of its own. */
export function exceptionDue(code: ExceptionCode, firstSeen: Instant, calendar: BusinessCalendar, ...notAfter: (Instant | null)[]): Instant | null {
  const { slaMinutes } = exceptionCatalogue[code];
  const own = slaMinutes === null ? null : runsAroundTheClock(code) ? addMs(firstSeen, minutes(slaMinutes)) : addServiceLevel(calendar, firstSeen, slaMinutes);
  return earliest(own, ...notAfter);
}

export interface ExceptionAge { ageMs: number; openInTotalMs: number; regressed: boolean; overdue: boolean }

/** Age of the present spell; a return within seven days after a resolution is the same exception, regressed. */
export function exceptionAge(code: ExceptionCode, spells: readonly Spell[], now: Instant, calendar: BusinessCalendar, due: Instant | null): ExceptionAge {
  const clock = runsAroundTheClock(code) ? null : calendar;
  const sorted = [...spells].sort((a, b) => a.firstSeen.localeCompare(b.firstSeen));
  const present = sorted.at(-1), before = sorted.at(-2);
  if (!present) return { ageMs: 0, openInTotalMs: 0, regressed: false, overdue: false };
  const msOf = (spell: Spell) => elapsedMs(spell.firstSeen, spell.resolvedAt ?? now, clock);
  const regressed = before?.resolvedAt != null && epochMs(present.firstSeen) - epochMs(before.resolvedAt) <= hours(7 * 24);
  return { ageMs: msOf(present), openInTotalMs: sorted.reduce((total, spell) => total + msOf(spell), 0), regressed, overdue: present.resolvedAt === null && due !== null && due < now };
}

export interface Fix { triedAt: Instant; verified: boolean }
/** Fixes read back as right, of all tried in the window; null without any. */
export function verifiedFixRate(fixes: readonly Fix[], window: Window): { tried: number; verified: number; rate: number | null } {
  const tried = fixes.filter((fix) => inWindow(fix.triedAt, window));
  const verified = tried.filter((fix) => fix.verified).length;
  return { tried: tried.length, verified, rate: tried.length === 0 ? null : verified / tried.length };
}
