import { probeLeaseMs } from "@/server/domain/breaker";
import { subjectOf } from "@/server/domain/facts";
import type { CommandState, Lane } from "@/server/domain/commands";
import { addMs, epochMs, type Instant } from "@/server/domain/instant";
import { isPosting } from "@/server/domain/posting-brake";
import type { Policy } from "@/server/domain/policy";
import { callsNow, spentAfter, type Budget } from "@/server/domain/resilience";
import { subjectId } from "@/server/domain/subject";
import type { ClaimedCommand, Clock, CommandStore, LaneWork, ReadClaim, Reconciliation, Settlement } from "@/server/pipeline/ports";
import { isHeldBack, mayLeave } from "./brake";
import { keepEvent } from "./facts";
import { breakerOf, countCalls, pauseRefused } from "./health";
import { changed, closeException, openException, wake, type CommandRow, type Rows } from "./rows";
import type { Patience } from "./patience";
import type { Step } from "./steps";

const leaves = { send: "sending", lookup: "unknown", verify: "confirmed" } as const;
const lanesCountedTo = 20;
/** A claim that may not stand is tried again once what stood in its way is settled. */
const claimTries = 4;
const compare = (a: Instant, b: Instant): number => (a < b ? -1 : Number(a > b));

/** A row as whoever claims it is given it. */
export const claimedOf = (row: CommandRow): ClaimedCommand => ({
  id: row.id, naturalKey: row.naturalKey, kind: row.kind, entity: row.entity, sequence: row.sequence, attempt: row.attempts, payload: row.payload, connector: row.connector, lane: row.lane, subjectId: row.subjectId, correlationId: row.subjectId,
  owner: row.owner ?? "", leaseUntil: row.leaseUntil ?? "", tries: row.attempts - row.attemptsBase, lookups: row.lookups, firstSentAt: row.firstSentAt, lastSentAt: row.lastSentAt, confirmedAt: row.confirmedAt, reference: row.reference,
  inDoubt: row.repeatUntil !== null, deaths: row.deaths,
});

/** The command rows without a database: the guards of `server/db/commands`, one for one. */
export function createMemoryCommands({ rows, clock, step, patience, policy }: { rows: Rows; clock: Clock; step: Step; patience: Patience; policy: Policy }): CommandStore & Reconciliation {
  const isFree = (row: CommandRow, now: Instant): boolean => row.leaseUntil === null || row.leaseUntil < now;
  const isRepeatable = (row: CommandRow, now: Instant): boolean => row.repeatUntil !== null && row.repeatUntil > now;
  const isUnplanned = ({ state, firstSentAt, subjectId }: CommandRow, now: Instant): boolean => {
    const subject = state === "wanted" && firstSentAt !== null ? rows.subjects.get(subjectId) : undefined;
    return subject !== undefined && (subject.failures > 0 || subject.wakes.some((at) => at <= now));
  };
  const isSendable = (row: CommandRow, now: Instant): boolean => (row.state === "wanted" || (row.state === "unknown" && isRepeatable(row, now))) && isFree(row, now) && row.dueAt <= now && !isHeldBack(rows, row) && !isUnplanned(row, now);
  const isSearchable = (row: CommandRow, now: Instant): boolean => row.state === "unknown" && !isRepeatable(row, now) && row.dueAt <= now && isFree(row, now);
  const isUnverified = (row: CommandRow, now: Instant): boolean => row.state === "confirmed" && row.verifiedAt === null && row.verifyDueAt !== null && row.verifyDueAt <= now && isFree(row, now);
  const isLost = (row: CommandRow, now: Instant): boolean => row.state === "sending" && (row.leaseUntil ?? "") < now;
  const fitting = (those: readonly CommandRow[], fits: (row: CommandRow, now: Instant) => boolean): CommandRow[] => { const now = clock.now(); return those.filter((row) => fits(row, now)); };
  const earliestFirst = (a: CommandRow, b: CommandRow): number => compare(a.dueAt, b.dueAt) || a.turn - b.turn;
  const expire = (connector?: string): number => {
    const gone = fitting(rows.live.all("sending", connector), isLost);
    for (const row of gone) {
      Object.assign(row, { state: "unknown", deaths: row.deaths + 1, dueAt: clock.now(), repeatUntil: null, owner: null, leaseUntil: null, lookups: 0 });
      changed(rows, row);
    }
    return gone.length;
  };
  const lease = (row: CommandRow, worker: string, leaseMs: number): ClaimedCommand => { Object.assign(row, { owner: worker, leaseUntil: addMs(clock.now(), leaseMs) }); return claimedOf(row); };
  const nowMs = (): number => epochMs(clock.now());
  const callsLeft = (connector: string, budget: Budget): number => callsNow(budget, rows.spent.get(connector) ?? 0, nowMs());
  const spend = (connector: string, budget: Budget, calls: number): void => { if (calls > 0) rows.spent.set(connector, spentAfter(budget, rows.spent.get(connector) ?? 0, nowMs(), calls)); };
  const leased = (fits: (row: CommandRow, now: Instant) => boolean, state: CommandState, { connector, limit, worker, leaseMs, budget }: ReadClaim): ClaimedCommand[] => {
    if (!answers(connector)) return [];
    const chosen = fitting(rows.live.all(state, connector), fits).sort(earliestFirst).slice(0, Math.min(limit, callsLeft(connector, budget)));
    spend(connector, budget, chosen.length);
    return chosen.map((row) => { row.deaths += Number(row.owner !== null); return lease(row, worker, leaseMs); });
  };
  /** May be looked up or read back: a breaker that is open lets these pass when a probe may. */
  const answers = (connector: string): boolean => !rows.paused.has(connector) && (breakerOf(rows, connector).state === "closed" || (breakerOf(rows, connector).probeAt ?? "9") <= clock.now());

  /** What may go out now of a lane, at most one probe where the breaker is open. */
  const choose = (connector: string, lane: Lane, limit: number, budget: Budget, now: Instant): CommandRow[] => {
    const breaker = breakerOf(rows, connector), calls = callsLeft(connector, budget);
    if (rows.paused.has(connector) || limit <= 0 || (breaker.state !== "closed" && (calls === 0 || (breaker.probeAt ?? "9") > now))) return [];
    const sending = rows.live.all("sending", connector);
    const room = breaker.state === "closed" ? Math.min(limit, calls, budget.atOnce - sending.filter((row) => (row.leaseUntil ?? "") > now).length) : 1;
    if (room <= 0) return [];
    let suspects = sending.filter(({ deaths }) => deaths > 0).length;
    const serial = new Set(sending.map(({ serialKey }) => serialKey));
    return (["wanted", "unknown"] as const).flatMap((state) => fitting(rows.live.of(state, connector, lane), isSendable)).sort(earliestFirst).filter(({ serialKey }) => {
      if (serialKey === null) return true;
      const isFirst = !serial.has(serialKey);
      serial.add(serialKey);
      return isFirst;
    }).filter(({ deaths }) => {
      const isSuspect = deaths > 0, isHeld = isSuspect && suspects > 0;
      suspects += Number(isSuspect);
      return !isHeld;
    }).slice(0, room);
  };
  const claim: CommandStore["claim"] = ({ worker, connector, lane, limit, leaseMs, budget }) => step("commands.claim", () => {
    const now = clock.now(), breaker = breakerOf(rows, connector), isTripped = breaker.state !== "closed";
    for (let tries = 0; tries < claimTries; tries++) {
      const chosen = choose(connector, lane, limit, budget, now);
      if (!mayLeave(rows, chosen.filter(({ state, kind }) => state === "wanted" && isPosting(kind)), policy, now)) continue;
      if (isTripped && chosen.length > 0) rows.breakers.set(connector, { ...breaker, state: "half_open", probeAt: addMs(now, probeLeaseMs(leaseMs)) });
      spend(connector, budget, chosen.length);
      return chosen.map((row) => {
        Object.assign(row, { repeatUntil: row.state === "unknown" ? row.repeatUntil : null, state: "sending", attempts: row.attempts + 1, attemptsBase: row.attemptsBase + Number(isTripped), firstSentAt: row.firstSentAt ?? now, lastSentAt: now, lookups: 0 });
        changed(rows, row);
        return { ...lease(row, worker, leaseMs), isProbe: isTripped };
      });
    }
    return [];
  });

  const holds = (settlement: Settlement): CommandRow | null => {
    const row = rows.commands.get(settlement.command.naturalKey);
    return row?.state === leaves[settlement.purpose] && row.owner === settlement.command.owner && row.attempts === settlement.command.attempt ? row : null;
  };
  const apply = (settlement: Settlement): boolean => {
    const row = holds(settlement);
    if (!row) return false;
    rows.attempts.push(settlement);
    Object.assign(row, {
      state: settlement.to ?? row.state, owner: null, leaseUntil: null, dueAt: settlement.dueAt ?? row.dueAt, repeatUntil: settlement.repeatUntil, lookups: settlement.lookups, attemptsBase: row.attemptsBase + (settlement.uncounted ? 1 : 0), deaths: settlement.deaths, reference: settlement.reference ?? row.reference,
      result: settlement.result ?? row.result, rejection: settlement.standing ? { ...settlement.standing, at: settlement.endedAt } : null, confirmedAt: settlement.to === "confirmed" ? settlement.endedAt : row.confirmedAt,
      verifiedAt: settlement.verifiedAt ?? row.verifiedAt, verifyDueAt: settlement.verifyDueAt,
    });
    changed(rows, row);
    const isQuiet = settlement.purpose === "send" && settlement.to === "confirmed";
    wake(rows, row.subjectId, isQuiet ? addMs(clock.now(), patience.soon) : clock.now());
    for (const event of settlement.events) {
      const subject = subjectOf(event);
      const refused = keepEvent(rows, event, subject.ok ? subjectId(subject.value) : row.subjectId, settlement.endedAt);
      if (refused) openException(rows, refused.code, row.subjectId);
    }
    return true;
  };

  return {
    claim,
    claimUnknown: (request) => step("commands.claim_unknown", () => { expire(request.connector); return leased(isSearchable, "unknown", request); }),
    claimUnverified: (request) => step("commands.claim_unverified", () => leased(isUnverified, "confirmed", request)),
    async settle(settlements) {
      if (settlements.some(({ callAgainAt }) => callAgainAt !== null)) await step("commands.wait", () => { for (const { callAgainAt, command } of settlements) if (callAgainAt !== null) rows.spent.set(command.connector, Math.max(rows.spent.get(command.connector) ?? 0, epochMs(callAgainAt))); });
      if (settlements.some(({ authenticationFailure }) => authenticationFailure)) await step("commands.pause", () => { pauseRefused(rows, settlements); });
      const held = await step("commands.settle", () => settlements.filter(apply));
      if (held.length > 0) await step("commands.count", () => { countCalls(rows, held); });
      return held.length;
    },
    lanesWithWork: () => step("commands.lanes", () => {
      const found: (LaneWork & { turn: number })[] = [], now = clock.now();
      for (const { connector, lane } of rows.live.lanes()) {
        if (rows.paused.has(connector)) continue;
        let due = 0, first = Infinity;
        for (const state of ["wanted", "unknown"] as const) {
          let counted = 0;
          for (const row of rows.live.of(state, connector, lane)) {
            if (!isSendable(row, now)) continue;
            first = Math.min(first, row.turn);
            counted += 1;
            if (counted === lanesCountedTo) break;
          }
          due = Math.min(lanesCountedTo, due + counted);
        }
        if (due > 0) found.push({ connector, lane, due, turn: first });
      }
      return found.sort((a, b) => a.turn - b.turn).map(({ connector, lane, due }) => ({ connector, lane, due }));
    }),
    connectorsWithDoubt: () => step("commands.doubt", () => {
      const doubts = new Map<string, { connector: string; unknown: boolean; unverified: boolean; turn: number }>(), now = clock.now();
      const doubt = (what: "unknown" | "unverified", state: CommandState, fits: (row: CommandRow, now: Instant) => boolean): void => {
        for (const row of rows.live.all(state)) {
          if (rows.paused.has(row.connector) || !fits(row, now)) continue;
          const known = doubts.get(row.connector) ?? { connector: row.connector, unknown: false, unverified: false, turn: Infinity };
          doubts.set(row.connector, { ...known, [what]: true, turn: Math.min(known.turn, row.turn) });
        }
      };
      doubt("unknown", "unknown", isSearchable);
      doubt("unknown", "sending", isLost);
      doubt("unverified", "confirmed", isUnverified);
      return [...doubts.values()].sort((a, b) => a.turn - b.turn).map(({ connector, unknown, unverified }) => ({ connector, unknown, unverified }));
    }),
    expireLeases: () => step("reconcile.expire", () => expire()),
    closeRecovered: () => step("reconcile.recovered", () => rows.exceptions.filter(({ code, isOpen, about }) => isOpen && code === "TEC-01" && breakerOf(rows, about).state === "closed").reduce((sum, { code, about }) => sum + closeException(rows, code, about), 0)),
    survey: (olderThanMs) => step("reconcile.survey", () => {
      const before = addMs(clock.now(), -olderThanMs);
      return {
        messages: [...rows.waiting].filter(({ receivedAt }) => receivedAt < before).length, unplanned: [...rows.subjects.values()].reduce((sum, { wakes }) => sum + wakes.filter((at) => at < before).length, 0), undelivered: rows.outbox.length,
        unsent: [...fitting(rows.live.all("wanted"), isSendable), ...fitting(rows.live.all("unknown"), isSendable)].filter((row) => !rows.paused.has(row.connector) && row.dueAt < before).length, unverified: fitting(rows.live.all("confirmed"), isUnverified).filter(({ verifyDueAt }) => (verifyDueAt ?? "") < before).length,
      };
    }),
  };
}
