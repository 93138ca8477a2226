import type { createMemoryPostings } from "../memory/brake";
import { contracts, type EventType } from "@/server/domain/contracts/registry";
import type { CanonicalEvent } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import { guardAuthor } from "@/server/domain/posting-brake";
import type { HoldFinding } from "@/server/domain/plan";
import { parseSubjectId, type SubjectId } from "@/server/domain/subject";
import { brakeOf } from "../memory/brake";
import { keepEvent } from "../memory/facts";
import { grant, person } from "../memory/people";
import { closeException, type Rows } from "../memory/rows";
import type { Decision } from "../world/world";
import { isQuestion, type Network } from "./network";
import type { Progress } from "./progress";
import { storyAbout, type Story } from "./story";

/** What a person said last, so that the same question is answered once. */
export interface Desk { decisions: number; answered: Set<string> }
export interface Attending { rows: Rows; network: Network; desk: Desk; now: Instant; entity: string; stories: readonly Story[]; progress: Progress; postings: ReturnType<typeof createMemoryPostings> }

const two = ["ann", "bob"] as const;

/** How people answer a hold: as the story says, or yes, each of two. */
function answersTo(hold: HoldFinding & { subject: SubjectId }, { stories, progress }: Attending): Decision[] {
  const story = storyAbout(stories, hold.subject), standing = story?.answers ?? null;
  if (!story || standing === null) return two.map((author) => ({ rule: hold.rule, author, ...(hold.rule === "OVER_SHIPMENT" ? { consequence: story?.excess ?? "bill" } : {}) }));
  return standing.flatMap(({ decision, chapter }) => (chapter <= progress.chapterOf(story) && decision.rule === hold.rule && (decision.where?.(hold) ?? true) ? [decision] : []));
}

/**
 * One turn of the people at the desk: they answer every hold, look at the target where only a person can know, try again what was
 * refused, let a connector go on that takes our credentials again, and postings that the guard stopped. Each word is a fact, kept in one commit.
 */
export function attend(attending: Attending): void {
  const { rows, network, desk, now, entity } = attending;
  const say = (type: EventType, subject: SubjectId, data: Record<string, unknown>, author: string): void => {
    const event = { id: `decision-${++desk.decisions}`, type, source: `person:${author}`, entity, occurredAt: now, correlationId: "desk", subject: parseSubjectId(subject), data: contracts[type].schema.parse({ ...data, decision: `D-${desk.decisions}`, reason: "checked", author }) } as CanonicalEvent;
    keepEvent(rows, event, subject, now);
  };
  const once = (key: string): boolean => { const isNew = !desk.answered.has(key); desk.answered.add(key); return isNew; };

  for (const row of rows.subjects.values()) for (const hold of row.plan?.holds ?? []) for (const { author = "ann", verdict = "approve", consequence, quantity } of answersTo({ ...hold, subject: row.id }, attending)) {
    const { rule, slot, digest, amount, currency } = hold;
    if (!once([author, row.id, rule, slot, digest, amount].join("|"))) continue;
    say("hold.decided", row.id, { rule, slot, digest, verdict, total: amount, ...(currency === null ? {} : { currency }), ...(consequence ? { consequence } : {}), ...(quantity ? { quantity } : {}) }, author);
  }
  for (const row of rows.commands.values()) {
    if (row.state === "rejected" && once(`${row.naturalKey}#${row.attempts}`)) say("command.decided", row.subjectId, { naturalKey: row.naturalKey, verdict: "retry" }, "ann");
    if (row.state !== "unknown" || row.rejection === null || row.leaseUntil !== null || !once(`${row.naturalKey}#${row.attempts}?`)) continue;
    // A question is asked again: its answer is what was wanted of it.
    const [done] = isQuestion(row.kind) ? [] : network.committed.get(row.naturalKey) ?? [];
    say("command.decided", row.subjectId, { naturalKey: row.naturalKey, verdict: done ? "posted_by_hand" : "confirm_absent", ...(done ? { reference: done.reference } : {}) }, "ann");
  }
  for (const connector of rows.paused) if (network.isHealthy(connector)) { rows.paused.delete(connector); closeException(rows, "TEC-02", connector); }
  goOn(attending);
}

/** What the guard stopped goes on with twice the limit, and what it set aside goes as it is. */
function goOn({ rows, entity, postings }: Attending): void {
  const brake = brakeOf(rows, entity), bob = person("bob", grant());
  if (brake.stop?.by === guardAuthor) void postings.resume(bob, entity, brake.stop.since, "checked", brake.stop.excess === null ? null : String(2 * Number(brake.stop.excess.reached)));
  for (const [command, { digest, isReleased }] of brake.aside) if (!isReleased) void postings.release(bob, command, digest, "checked");
}
