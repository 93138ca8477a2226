import { samePayload } from "@/server/domain/commands";
import { toFact, type CanonicalEvent, type Fact } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import type { Failure } from "@/server/domain/result";
import { parseSubjectId, type SubjectId } from "@/server/domain/subject";
import { commandVerdict } from "@/server/domain/verdicts";
import { changed, openException, subjectRow, wake, type Rows } from "./rows";

const identityOf = (fact: Pick<Fact, "source" | "document" | "group" | "version">): string => [fact.source, fact.document, fact.group, fact.version].join("\u0000");

/** What one subject tells another takes the place of what it told before; answers whether it says something else. */
export function replaceFact(rows: Rows, fact: Fact): boolean {
  const row = subjectRow(rows, fact.subject), identity = identityOf(fact), known = row.facts.get(identity);
  if (known && samePayload(known.data, fact.data)) return false;
  row.facts.set(identity, fact);
  row.listed = null;
  return true;
}
export function dropFact(rows: Rows, fact: Pick<Fact, "subject" | "source" | "document" | "group" | "version">): void {
  const row = subjectRow(rows, fact.subject);
  if (row.facts.delete(identityOf(fact))) row.listed = null;
}

/** Keeps a fact once; other content under a known identity is CTR-02, and the first one stays. */
export function keepFact(rows: Rows, fact: Fact): boolean {
  const row = subjectRow(rows, fact.subject), identity = identityOf(fact), known = row.facts.get(identity);
  if (!known) { row.facts.set(identity, fact); row.listed = null; return true; }
  if (!samePayload(known.data, fact.data)) openException(rows, "CTR-02", fact.subject);
  return false;
}

/** An event with the fact that it adds, once; wakes its subject where the fact was new. Answers why it was refused. */
export function keepEvent(rows: Rows, event: CanonicalEvent, subject: SubjectId, now: Instant): Failure | null {
  const known = rows.events.get(event.id);
  if (known) return samePayload(known.data, event.data) ? null : { code: "CTR-02", message: `Event ${event.id} is known with other content; the first one stays` };
  const fact = toFact({ ...event, subject: parseSubjectId(subject) }, now);
  if (!fact.ok) return fact.error;
  rows.events.set(event.id, event);
  if (keepFact(rows, fact.value)) wake(rows, subject, now);
  const verdict = commandVerdict(event);
  if (!verdict) return null;
  wake(rows, subject, now);
  const command = rows.commands.get(verdict.naturalKey);
  if (command?.state !== "unknown" && !(command?.state === "rejected" && verdict.to === "confirmed")) return null;
  Object.assign(command, { state: verdict.to, dueAt: now, lookups: 0, reference: verdict.reference ?? command.reference, rejection: null, leaseUntil: null, owner: null, attemptsBase: command.attempts, deaths: 0, ...(verdict.to === "confirmed" ? { confirmedAt: now, verifyDueAt: now } : {}) });
  changed(rows, command);
  return null;
}
