import { addMs } from "@/server/domain/instant";
import { subjectOf } from "@/server/domain/facts";
import { subjectId } from "@/server/domain/subject";
import type { ClaimedCommand, Clock, CommandStore, LaneWork, Reconciliation, Settlement } from "@/server/pipeline/ports";
import { keepEvent, subjectRow, type CommandRow, type Rows } from "./rows";

const claimed = (row: CommandRow): ClaimedCommand => ({
  id: row.id, naturalKey: row.naturalKey, kind: row.kind, entity: row.entity, sequence: row.sequence, attempt: row.attempts, payload: row.payload, connector: row.connector, lane: row.lane, subjectId: row.subjectId, correlationId: row.subjectId,
  owner: row.owner ?? "", leaseUntil: row.leaseUntil ?? "", tries: row.attempts - row.attemptsBase, lookups: row.lookups, firstSentAt: row.firstSentAt, lastSentAt: row.lastSentAt, confirmedAt: row.confirmedAt, reference: row.reference,
  inDoubt: row.repeatUntil !== null,
});
const leaves = { send: "sending", lookup: "unknown", verify: "confirmed" } as const;

/** The command rows without a database. Pauses, but counts no breaker: that is a matter of the real store. */
export function createMemoryCommands(rows: Rows, clock: Clock): CommandStore & Reconciliation {
  const all = (): CommandRow[] => [...rows.commands.values()].filter((row) => !rows.paused.has(row.connector));
  const isFree = (row: CommandRow): boolean => row.leaseUntil === null || row.leaseUntil < clock.now();
  const lease = (row: CommandRow, worker: string, leaseMs: number): ClaimedCommand => { Object.assign(row, { owner: worker, leaseUntil: addMs(clock.now(), leaseMs) }); return claimed(row); };
  const expire = (): number => {
    const gone = all().filter((row) => row.state === "sending" && isFree(row));
    for (const row of gone) Object.assign(row, { state: "unknown", dueAt: clock.now(), owner: null, leaseUntil: null, lookups: 0 });
    return gone.length;
  };
  const isUnverified = (row: CommandRow): boolean => row.state === "confirmed" && row.verifiedAt === null && row.verifyDueAt !== null && row.verifyDueAt <= clock.now() && isFree(row);
  const isRepeatable = (row: CommandRow): boolean => row.repeatUntil !== null && row.repeatUntil > clock.now();
  const isSearchable = (row: CommandRow): boolean => row.state === "unknown" && !isRepeatable(row) && row.dueAt <= clock.now() && isFree(row);
  const isSendable = (row: CommandRow): boolean => (row.state === "wanted" || (row.state === "unknown" && isRepeatable(row))) && row.dueAt <= clock.now();

  const apply = (settlement: Settlement): boolean => {
    const row = [...rows.commands.values()].find(({ id }) => id === settlement.command.id);
    if (row?.state !== leaves[settlement.purpose] || row.owner !== settlement.command.owner || row.attempts !== settlement.command.attempt) return false;
    rows.attempts.push(settlement);
    Object.assign(row, {
      state: settlement.to ?? row.state, owner: null, leaseUntil: null, dueAt: settlement.dueAt ?? row.dueAt, repeatUntil: settlement.repeatUntil, lookups: settlement.lookups, attemptsBase: row.attemptsBase + (settlement.uncounted ? 1 : 0), reference: settlement.reference ?? row.reference,
      result: settlement.result ?? row.result, rejection: settlement.standing ? { ...settlement.standing, at: settlement.endedAt } : null, confirmedAt: settlement.to === "confirmed" ? settlement.endedAt : row.confirmedAt,
      verifiedAt: settlement.verifiedAt ?? row.verifiedAt, verifyDueAt: settlement.verifyDueAt,
    });
    if (settlement.authenticationFailure) { rows.paused.add(row.connector); rows.exceptions.push({ code: "TEC-02", about: row.connector }); }
    subjectRow(rows, row.subjectId).factVersion += 1;
    for (const event of settlement.events) {
      const subject = subjectOf(event);
      keepEvent(rows, event, subject.ok ? subjectId(subject.value) : row.subjectId, clock.now());
    }
    return true;
  };

  return {
    claim({ worker, connector, lane, limit, leaseMs }) {
      const due = all().filter((row) => row.connector === connector && row.lane === lane && isSendable(row)).sort((a, b) => a.dueAt.localeCompare(b.dueAt)).slice(0, limit);
      for (const row of due) Object.assign(row, { state: "sending", repeatUntil: row.state === "unknown" ? row.repeatUntil : null, attempts: row.attempts + 1, firstSentAt: row.firstSentAt ?? clock.now(), lastSentAt: clock.now(), lookups: 0 });
      return Promise.resolve(due.map((row) => lease(row, worker, leaseMs)));
    },
    claimUnknown({ worker, connector, limit, leaseMs }) {
      expire();
      return Promise.resolve(all().filter((row) => row.connector === connector && isSearchable(row)).slice(0, limit).map((row) => lease(row, worker, leaseMs)));
    },
    claimUnverified: ({ worker, connector, limit, leaseMs }) => Promise.resolve(all().filter((row) => row.connector === connector && isUnverified(row)).slice(0, limit).map((row) => lease(row, worker, leaseMs))),
    settle: (settlements) => Promise.resolve(settlements.filter(apply).length),
    lanesWithWork() {
      const lanes = new Map<string, LaneWork>();
      for (const { connector, lane } of all().filter(isSendable)) {
        const known = lanes.get(`${connector}/${lane}`);
        lanes.set(`${connector}/${lane}`, { connector, lane, due: (known?.due ?? 0) + 1 });
      }
      return Promise.resolve([...lanes.values()]);
    },
    connectorsWithDoubt() {
      expire();
      return Promise.resolve([...new Set(all().map(({ connector }) => connector))].map((connector) => ({ connector, unknown: all().some((row) => row.connector === connector && isSearchable(row)), unverified: all().some((row) => row.connector === connector && isUnverified(row)) }))
        .filter(({ unknown, unverified }) => unknown || unverified));
    },
    expireLeases: () => Promise.resolve(expire()),
    closeRecovered: () => Promise.resolve(0),
    survey: () => Promise.resolve({ messages: 0, unplanned: 0, undelivered: 0, unsent: 0, unverified: 0 }),
  };
}
