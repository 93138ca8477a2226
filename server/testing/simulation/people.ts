import { contracts, type EventType } from "@/server/domain/contracts/registry";
import type { CanonicalEvent } from "@/server/domain/facts";
import { parseSubjectId, type SubjectId } from "@/server/domain/subject";
import { keepEvent } from "../memory/facts";
import { closeException, type Rows } from "../memory/rows";
import { isQuestion, type Network } from "./network";

/** What a person said last, so that the same question is answered once. */
export interface Desk { decisions: number; answered: Set<string> }

/** Verdicts with which a question about what left without being ordered is answered. */
const consequences: Readonly<Record<string, string>> = { OVER_SHIPMENT: "bill" };

/**
 * One turn of the people at the desk: they answer yes to every hold, look at the target where only a person can know, try again
 * what was refused, and let a connector go on that takes our credentials again. Each word is a fact, kept in one commit.
 */
export function attend(rows: Rows, network: Network, desk: Desk, now: string, entity: string): void {
  const say = (type: EventType, subject: SubjectId, data: Record<string, unknown>, author: string): void => {
    const event = { id: `decision-${++desk.decisions}`, type, source: `person:${author}`, entity, occurredAt: now, correlationId: "desk", subject: parseSubjectId(subject), data: contracts[type].schema.parse({ ...data, decision: `D-${desk.decisions}`, reason: "checked", author }) } as CanonicalEvent;
    keepEvent(rows, event, subject, now);
  };
  const once = (key: string): boolean => { const isNew = !desk.answered.has(key); desk.answered.add(key); return isNew; };

  for (const row of rows.subjects.values()) for (const { rule, slot, digest, amount, currency } of row.plan?.holds ?? []) for (const author of ["ann", "bob"]) {
    if (!once([author, row.id, rule, slot, digest, amount].join("|"))) continue;
    say("hold.decided", row.id, { rule, slot, digest, verdict: "approve", total: amount, ...(currency === null ? {} : { currency }), ...(consequences[rule] ? { consequence: consequences[rule] } : {}) }, author);
  }
  for (const row of rows.commands.values()) {
    if (row.state === "rejected" && once(`${row.naturalKey}#${row.attempts}`)) say("command.decided", row.subjectId, { naturalKey: row.naturalKey, verdict: "retry" }, "ann");
    if (row.state !== "unknown" || row.rejection === null || row.leaseUntil !== null || !once(`${row.naturalKey}#${row.attempts}?`)) continue;
    // A question is asked again: its answer is what was wanted of it.
    const [done] = isQuestion(row.kind) ? [] : network.committed.get(row.naturalKey) ?? [];
    say("command.decided", row.subjectId, { naturalKey: row.naturalKey, verdict: done ? "posted_by_hand" : "confirm_absent", ...(done ? { reference: done.reference } : {}) }, "ann");
  }
  for (const connector of rows.paused) if (network.isHealthy(connector)) { rows.paused.delete(connector); closeException(rows, "TEC-02", connector); }
}
