import { referenceId } from "@/server/domain/plan";
import type { PlanFailure, PlanJob, PlannedSubject } from "@/server/pipeline/ports";
import { factDigest } from "../facts/digest";
import type { LockedSubject } from "./load";
import { freshRows, sectionsOf, type Kept, type Write } from "./sections";

/** A locked subject with all that is known of it. `kept`: what plans kept that were made before in the same batch. */
export interface Listener { job: PlanJob; locked: LockedSubject; kept: readonly Kept[] }
export type Answer = PlannedSubject | PlanFailure;
/** What was decided about it. `write`: null where planning failed. */
export interface Outcome extends Listener { answer: Answer; write: Write | null }
export const isFailure = (answer: Answer): answer is PlanFailure => "failure" in answer;

function writeOf({ job, locked, kept }: Listener, planned: PlannedSubject): Write {
  const isFirst = locked.planNo === 0, { plan, now } = planned;
  const write = {
    id: job.subject.id, entity: job.subject.entity, kind: job.subject.kind, planNo: locked.planNo, policy: job.policy, facts: job.facts, planned, plan, now,
    records: [...kept, ...plan.records.map((record) => ({ record, at: now }))], before: locked.digests, isFirst, ...sectionsOf(planned, job.facts, locked.digests, isFirst),
  };
  const fresh = write.changed.has("publications") ? freshRows(write, "publications", plan.publications) : [];
  return { ...write, said: fresh.map((publication) => ({ publication, digest: factDigest(publication.data) })) };
}

/** What was said and is named no more stands as it was said, as if it had been written. */
function withStanding(planned: PlannedSubject, before: Outcome | undefined): PlannedSubject {
  if (!before?.write) return planned;
  const names = new Set(planned.plan.publications.map(referenceId));
  const standing = before.write.plan.publications.filter((publication) => !names.has(referenceId(publication)));
  return standing.length === 0 ? planned : { ...planned, plan: { ...planned.plan, publications: [...planned.plan.publications, ...standing] } };
}

/** `before`: what was decided about the same subject in this batch with less known of it. */
export function outcomeOf(listener: Listener, answer: Answer, before?: Outcome): Outcome {
  if (isFailure(answer)) return { ...listener, answer, write: null };
  const planned = withStanding(answer, before);
  return { ...listener, answer: planned, write: writeOf(listener, planned) };
}
