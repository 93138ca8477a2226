import type { CommandDecided } from "@/server/domain/contracts/decisions";
import { toFact, type Fact } from "@/server/domain/facts";
import { parseSubjectId, type SubjectId } from "@/server/domain/subject";
import type { CommandVerdict, FactStore, Folded, WaitingInput } from "./ports";

/** Third stage: waiting events and publications become facts of their subjects, under the subject's lock. Returns how many were folded. */
export const applyWaiting = (facts: FactStore, limit: number): Promise<number> => facts.foldWaiting(limit, fold);

/**
 * Pure. What a subject's waiting input adds: facts with their identity, what people decided about commands in doubt, and
 * what could not be read. Order of arrival has no effect on the facts.
 */
function fold(subject: SubjectId, waiting: readonly WaitingInput[]): Folded {
  const folded: Folded = { facts: [], verdicts: [], failures: [], wake: false };
  for (const input of waiting) {
    if (input.kind === "wake") folded.wake = true;
    else if (input.kind === "published") folded.facts.push({ fact: publishedFact(subject, input), eventId: null, messageId: null });
    else foldEvent(subject, input, folded);
  }
  return folded;
}

function foldEvent(subject: SubjectId, { event, recordedAt, id, messageId }: Extract<WaitingInput, { kind: "event" }>, folded: Folded): void {
  const fact = toFact({ ...event, subject: parseSubjectId(subject) }, recordedAt);
  if (!fact.ok) { folded.failures.push({ messageId, failure: fact.error }); return; }
  folded.facts.push({ fact: fact.value, eventId: id, messageId });
  if (event.type === "command.decided") {
    const verdict = verdictOf(event.data as CommandDecided);
    if (verdict) folded.verdicts.push(verdict);
  }
}

const publishedFact = (subject: SubjectId, input: Extract<WaitingInput, { kind: "published" }>): Fact => ({
  subject, shape: "register", type: `published.${input.topic}`, source: input.publisher, document: input.key, group: input.topic,
  version: input.version, occurredAt: input.at, recordedAt: input.at, data: input.data,
});

/** Only what moves a command that the planner may not touch; all other verdicts are read by the planner as facts. */
function verdictOf(decided: CommandDecided): CommandVerdict | null {
  if (decided.verdict === "confirm_absent") return { naturalKey: decided.naturalKey, to: "wanted", reference: null };
  if (decided.verdict === "posted_by_hand" && decided.reference !== undefined) return { naturalKey: decided.naturalKey, to: "confirmed", reference: decided.reference };
  return null;
}
