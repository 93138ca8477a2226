import type { Fact } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import type { Publication } from "@/server/domain/plan";
import { subjectId, type SubjectId } from "@/server/domain/subject";
import { factDigest } from "../facts/digest";
import { mostFacts, type Reader } from "./load";
import { outcomeOf, type Answer, type Listener, type Outcome } from "./outcome";
import { longestKept } from "./sections";

/** A statement by its publisher, name and reader. */
export const statementId = (publisher: SubjectId, { topic, key }: Pick<Publication, "topic" | "key">, reader: SubjectId): string => [publisher, topic, key, reader].join("\u0000");
interface Statement { id: string; publisher: SubjectId; reader: Reader; isUrgent: boolean; digest: string; fact: Fact }
/** Statements that their readers have heard before they were written, with the time at which they were made. */
export type Heard = ReadonlyMap<string, { digest: string; at: Instant }>;

/** As many answers as an order needs that asks for credit and gets it, or a shipment whose order tells it and a billing unit. */
const rounds = 4;

export interface Hall {
  /** Locks and reads those whom nobody else plans; makes who does not exist yet. */
  fetch(readers: readonly Reader[]): Promise<Listener[]>;
  decide(listeners: readonly Listener[]): Promise<Answer[]>;
}

const copyOf = (data: unknown): unknown => JSON.parse(JSON.stringify(data ?? null));

/** What a plan says to others and its last one did not. Of one that says too much to remember it nothing is heard before it is written. */
function statementsOf({ write }: Outcome): Statement[] {
  if (!write || write.plan.publications.length > longestKept) return [];
  const { id: publisher, now } = write;
  return write.said.flatMap(({ publication, digest }) => {
    const { to, topic, key, data, reading } = publication;
    if (!to) return [];
    const id = subjectId(to);
    const fact: Fact = { subject: id, shape: "register", type: `published.${topic}`, source: publisher, document: key, group: topic, version: 0, occurredAt: now, recordedAt: now, data: copyOf(data) };
    return [{ id: statementId(publisher, publication, id), publisher, reader: { ...to, id }, isUrgent: reading === undefined, digest, fact }];
  });
}

const isSame = (a: Fact, b: Fact): boolean => a.source === b.source && a.document === b.document && a.group === b.group && a.version === b.version;
/** In the order in which they were recorded; a later statement is in the place of the one before. */
const withFacts = (facts: readonly Fact[], more: readonly Fact[]): Fact[] =>
  [...facts.filter((fact) => !more.some((one) => isSame(one, fact))), ...more].sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : Number(a.recordedAt > b.recordedAt)));

/** What a plan keeps is known to the one that follows it, as if it had been written. */
function withRecords({ job, locked, kept, write }: Outcome): Listener {
  if (!write || write.records.length === kept.length) return { job, locked, kept };
  const facts = write.records.map(({ record, at }): Fact => ({ ...record, subject: job.subject.id, shape: "register", source: "tower", recordedAt: at, data: copyOf(record.data) }));
  return { job: { ...job, facts: withFacts(job.facts, facts.filter((fact) => !job.facts.some((known) => isSame(known, fact)))) }, locked, kept: write.records };
}

/** Whether the last plan of the publisher still says it just so. */
const isSaid = ({ id, digest }: Statement, publisher: Outcome | undefined): boolean =>
  publisher?.write?.plan.publications.some((publication) => publication.to !== null && statementId(publisher.job.subject.id, publication, subjectId(publication.to)) === id && factDigest(publication.data) === digest) ?? false;

/**
 * Subjects that are planned in one transaction hear each other before anything of them is written: who is told what cannot
 * wait is planned with it, and written once with all that it has heard. Who is planned by somebody else or is dear to plan is passed
 * over; it is woken by what is written. `misled`: who has heard what its publisher, having heard more, does not say.
 */
export async function hearEachOther(locked: readonly Listener[], hall: Hall): Promise<{ outcomes: Outcome[]; heard: Heard; misled: SubjectId[] }> {
  const outcomes = new Map<SubjectId, Outcome>();
  const waiting = new Map<SubjectId, Map<string, Statement>>(), heard = new Map<string, Statement>();
  const absent = new Set<SubjectId>(), again = new Set<SubjectId>();
  const decide = async (listeners: readonly Listener[]): Promise<Outcome[]> => {
    const answers = await hall.decide(listeners);
    const decided = listeners.map((listener, place) => outcomeOf(listener, answers[place] as Answer, outcomes.get(listener.job.subject.id)));
    for (const outcome of decided) outcomes.set(outcome.job.subject.id, outcome);
    return decided;
  };
  let speakers = await decide(locked);
  for (let round = 0; round < rounds && speakers.length > 0; round++) {
    for (const { job: { subject: { id } } } of speakers) if (again.has(id)) for (const statements of waiting.values()) for (const one of statements.values()) if (one.publisher === id) statements.delete(one.id);
    for (const one of speakers.flatMap(statementsOf)) {
      if (one.reader.id === one.publisher || absent.has(one.reader.id) || heard.get(one.id)?.digest === one.digest) continue;
      const same = waiting.get(one.reader.id);
      if (same) same.set(one.id, one); else waiting.set(one.reader.id, new Map([[one.id, one]]));
    }
    const urgent = [...waiting].filter(([, statements]) => [...statements.values()].some(({ isUrgent }) => isUrgent));
    const strangers = urgent.flatMap(([id, statements]) => (outcomes.has(id) ? [] : [...statements.values()].slice(0, 1).map(({ reader }) => reader)));
    const fetched = new Map((strangers.length > 0 ? await hall.fetch(strangers) : []).map((one) => [one.job.subject.id, one]));
    const listeners = urgent.flatMap(([id, statements]) => {
      waiting.delete(id);
      const before = outcomes.get(id), listener = before ? withRecords(before) : fetched.get(id);
      if (!listener || listener.job.facts.length > mostFacts) { absent.add(id); return []; }
      const { facts } = listener.job;
      const news = [...statements.values()].filter(({ fact, digest }) => !facts.some((known) => isSame(known, fact) && factDigest(known.data) === digest));
      for (const one of news) heard.set(one.id, one);
      if (before && news.length === 0) return [];
      if (before) again.add(id);
      return [{ ...listener, job: { ...listener.job, facts: withFacts(facts, news.map(({ fact }) => fact)) } }];
    });
    speakers = await decide(listeners);
  }
  const misled = [...heard.values()].filter((one) => again.has(one.publisher) && !isSaid(one, outcomes.get(one.publisher))).map(({ reader }) => reader.id);
  return { outcomes: [...outcomes.values()], heard: new Map([...heard.values()].map(({ id, digest, fact }) => [id, { digest, at: fact.recordedAt }])), misled };
}
