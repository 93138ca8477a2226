import { changesOf, canonicalJson, type CommandChange } from "../../domain/commands";
import { dec, text } from "../../domain/decimal";
import type { Balance } from "../../domain/movements";
import { referenceId, type Plan, type Planner, type Publication } from "../../domain/plan";
import { routeFor, type Policy } from "../../domain/policy";
import { commandKinds } from "../../domain/commands";
import { subjectId, type SubjectId, type SubjectKind } from "../../domain/subject";
import { foldFact, forgetFacts, subjectState, type Store, type SubjectState } from "./store";

export type PlannerSet = Partial<Record<SubjectKind, Planner>>;

/** Plans one more than this for one settlement and the planners are said to chase each other for ever. */
const planLimit = 4000;

/** Plans whatever is dirty until nothing is. Order of planning follows `pick`, so a shuffled world plans in another order. */
export function planToQuiescence(store: Store, planners: PlannerSet, policy: Policy, pick: (ids: SubjectId[]) => SubjectId): void {
  const counts = new Map<SubjectId, number>();
  while (store.dirty.size > 0) {
    const id = pick([...store.dirty]);
    store.dirty.delete(id);
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    if (count > 60 || counts.size > planLimit) throw new Error(`planning does not come to rest: ${id} planned ${count} times without new input`);
    planSubject(store, planners, policy, id);
  }
}

/** One plan of one subject with all that it writes: commands, records, publications, movements, slices. */
export function planSubject(store: Store, planners: PlannerSet, policy: Policy, id: SubjectId): void {
  const state = subjectState(store, id);
  const planner = planners[state.ref.kind];
  if (!planner) return;
  store.plansRun += 1;
  const input = { subject: state.ref, facts: state.facts, commands: [...state.commands.values()], policy };
  state.depends = new Set(planner.dependencies({ ...input, reference: store.references }).map(referenceId));
  const plan = planner.plan({ ...input, reference: store.references, now: store.now });
  state.plan = plan;
  for (const change of changesOf(id, plan.wanted, input.commands, new Set(plan.reopened))) applyChange(store, state, policy, change);
  for (const record of plan.records)
    foldFact(store, { subject: id, shape: "register", type: record.type, source: "tower", document: record.document, group: record.group, version: record.version, occurredAt: record.occurredAt, recordedAt: store.now, data: record.data });
  for (const publication of plan.publications) publish(store, state, publication);
  takeBack(store, state, plan.publications);
  book(store, state, plan.balances);
  keepSlices(store, state, plan);
}

function applyChange(store: Store, state: SubjectState, policy: Policy, change: CommandChange): void {
  const row = state.commands.get(change.naturalKey);
  if (change.do === "withdraw") { if (row) row.state = "withdrawn"; return; }
  const { wanted } = change;
  const { capability, document } = commandKinds[wanted.kind];
  const fresh = { payload: wanted.payload, dueAt: store.now, notBefore: wanted.notBefore ?? null };
  if (row) { Object.assign(row, fresh, { state: "wanted", rejection: null }); return; }
  state.commands.set(change.naturalKey, {
    ...fresh, naturalKey: change.naturalKey, subject: state.ref.id, kind: wanted.kind, slot: wanted.slot, sequence: wanted.sequence, state: "wanted",
    connector: routeFor(policy, capability, document)?.connector ?? "none",
    reference: null, result: null, createdAt: store.now, firstSentAt: null, confirmedAt: null, verifiedAt: null, rejection: null, attempts: 0,
  });
}

/** Stores a changed publication: addressed ones become register facts of the reader, broadcast ones reference rows that wake who depends. */
function publish(store: Store, state: SubjectState, publication: Publication): void {
  const to = publication.to ? subjectId(publication.to) : null;
  const slot = [publication.topic, publication.key, to ?? ""].join("\u0000");
  const body = canonicalJson(publication.data);
  if (state.published.get(slot) === body) return;
  state.published.set(slot, body);
  const version = ++state.publicationCounter;
  const data: unknown = JSON.parse(JSON.stringify(publication.data));
  if (to) {
    foldFact(store, { subject: to, shape: "register", type: `published.${publication.topic}`, source: state.ref.id, document: publication.key, group: publication.topic, version, occurredAt: store.now, recordedAt: store.now, data });
    return;
  }
  const key = referenceId(publication);
  store.references.set(key, { topic: publication.topic, key: publication.key, version, data });
  for (const other of store.subjects.values()) if (other.depends.has(key)) store.dirty.add(other.ref.id);
}

/** From readers that are named no more, of what others are told. */
function takeBack(store: Store, state: SubjectState, publications: readonly Publication[]): void {
  const readers = Map.groupBy(publications.filter(({ to }) => to !== null), ({ topic, key }) => `${topic}\u0000${key}`);
  for (const slot of state.published.keys()) {
    const [topic = "", key = "", reader = ""] = slot.split("\u0000");
    const named = readers.get(`${topic}\u0000${key}`);
    if (reader === "" || !named || named.some(({ to }) => to !== null && subjectId(to) === reader)) continue;
    state.published.delete(slot);
    forgetFacts(store, reader as SubjectId, (fact) => fact.source === state.ref.id && fact.group === topic && fact.document === key);
  }
}

const balanceKey = (row: { line: string; term: string; document: string }): string => [row.line, row.term, row.document].join("\u0000");

/** Appends what differs from what was booked before: the table only grows, and a re-plan adds nothing. */
function book(store: Store, state: SubjectState, balances: readonly Balance[]): void {
  const wanted = new Map<string, Balance>();
  for (const balance of balances) {
    const key = balanceKey(balance);
    const same = wanted.get(key);
    wanted.set(key, same ? { ...balance, quantity: text(dec(same.quantity).plus(balance.quantity)), amount: text(dec(same.amount).plus(balance.amount)) } : balance);
  }
  const booked = new Map<string, Balance>();
  for (const row of state.movements) {
    const same = booked.get(balanceKey(row));
    booked.set(balanceKey(row), { ...row, quantity: text(dec(row.quantity).plus(same?.quantity ?? 0)), amount: text(dec(row.amount).plus(same?.amount ?? 0)) });
  }
  for (const key of new Set([...wanted.keys(), ...booked.keys()])) {
    const now = wanted.get(key), before = booked.get(key);
    const row = now ?? before;
    if (!row) continue;
    const quantity = dec(now?.quantity ?? 0).minus(before?.quantity ?? 0), amount = dec(now?.amount ?? 0).minus(before?.amount ?? 0);
    if (quantity.isZero() && amount.isZero()) continue;
    state.movements.push({ subject: state.ref.id, line: row.line, term: row.term, document: row.document, quantity: text(quantity), amount: text(amount), currency: row.currency, effectiveOn: row.effectiveOn, period: row.period, recordedAt: store.now });
  }
}

function keepSlices(store: Store, state: SubjectState, plan: Plan): void {
  const wanted = new Map(plan.slices.map((slice) => [slice.key, slice]));
  if (wanted.size !== plan.slices.length) throw new Error(`${state.ref.id}: two slices with one key: ${plan.slices.map((slice) => slice.key).join(", ")}`);
  for (const row of state.slices) {
    if (row.validTo !== null) continue;
    const { subject: _subject, validFrom: _from, validTo: _to, ...content } = row;
    const same = wanted.get(row.key);
    if (same && canonicalJson(same) === canonicalJson(content)) wanted.delete(row.key);
    else row.validTo = store.now;
  }
  state.slices = state.slices.filter((row) => row.validTo === null || row.validTo !== row.validFrom);
  for (const slice of wanted.values()) state.slices.push({ ...slice, subject: state.ref.id, validFrom: store.now, validTo: null });
}
