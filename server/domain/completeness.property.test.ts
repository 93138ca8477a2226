import fc from "fast-check";
import { expect, test } from "vitest";
import { compare, dueSpan, heardOf, windowsOf, type Heard, type Entry, type Noted, type Statement } from "./completeness";

const begin = Date.parse("2026-03-02T08:00:00.000Z"), pace = { windowSeconds: 60, overlapSeconds: 60, allowanceSeconds: 30 };
const iso = (seconds: number): string => new Date(begin + seconds * 1000).toISOString();
/** What a source has: documents with the times at which their versions came to be, and whether each version is held. */
const source = fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 40 }), changes: fc.array(fc.integer({ min: 0, max: 599 }), { minLength: 1, maxLength: 4 }), held: fc.integer({ min: 0, max: 4 }), ours: fc.boolean() }), { selector: ({ id }) => id, maxLength: 30 });
type Source = typeof source extends fc.Arbitrary<infer T> ? T : never;
const heldVersion = (documents: Source): ((one: Statement) => boolean) => { const by = new Map(documents.map(({ id, held }) => [`D${id}`, held])); return ({ document, version }) => version <= (by.get(document) ?? 0); };

/** What it lists when it is asked at a moment: each document as it is then. */
const listed = (documents: Source, until: number): Statement[] => documents.flatMap(({ id, changes, ours }) => {
  const past = [...changes].sort((a, b) => a - b).filter((change) => change < until), last = past.at(-1);
  return last === undefined ? [] : [{ kind: "orders" as const, document: `D${id}`, version: past.length, at: iso(last), fact: null, sourceMessageId: `D${id}/${past.length}`, amount: null, currency: null, excluded: ours ? null : "not ours" }];
});
const noteOf = ({ kind, document, version, window, state }: Entry): Noted => ({ kind, document, version, opensAt: window.from, state });
const key = ({ document, opensAt }: Noted): string => `${document} ${opensAt}`;

/** All windows of ten minutes, asked for one after the other with one that overlaps. */
function asked(documents: Source, order: (statements: Statement[]) => Statement[]): Noted[] {
  const notes = new Map<string, Noted>();
  for (let end = 60; end <= 600; end += 60) {
    const span = { from: iso(Math.max(0, end - 120)), to: iso(end) };
    const { entries } = compare({ statements: order(listed(documents, end + 10)), span, pace, now: iso(end + 40) }, heldVersion(documents), [...notes.values()]);
    for (const entry of entries) notes.set(key(noteOf(entry)), noteOf(entry));
  }
  return [...notes.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

test("the order of a listing, repeats in it and asking twice make no difference", () => {
  fc.assert(fc.property(source, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (documents, dice) => {
    const shuffled = (statements: Statement[]): Statement[] => [...statements, ...statements.filter(() => (dice.next().value as number) < 0.3)].map((one) => [dice.next().value as number, one] as const).sort((a, b) => a[0] - b[0]).map(([, one]) => one);
    expect(asked(documents, shuffled)).toEqual(asked(documents, (statements) => statements));
  }));
});

test("all that is listed in the end is counted, no version in two windows, and each window is said = held + excluded + missing", () => {
  fc.assert(fc.property(source, (documents) => {
    const notes = asked(documents, (statements) => statements);
    for (const { document, version } of listed(documents, 600)) expect(notes.filter((note) => note.document === document && note.version === version), `${document} ${version}`).toHaveLength(1);
    for (const { from } of windowsOf({ from: iso(0), to: iso(600) }, 60)) {
      const rows = notes.filter(({ opensAt }) => opensAt === from), count = (state: string): number => rows.filter((row) => row.state === state).length;
      expect(count("held") + count("excluded") + count("missing")).toBe(rows.length);
      expect(new Set(rows.map(({ document }) => document)).size).toBe(rows.length);
    }
    const holds = heldVersion(documents);
    for (const note of notes) expect(note.state).toBe(documents.find(({ id }) => `D${id}` === note.document)?.ours ? (holds({ ...note } as unknown as Statement) ? "held" : "missing") : "excluded");
  }));
});

test("what comes later never makes a gap, and all that comes closes every gap", () => {
  fc.assert(fc.property(source, fc.integer({ min: 0, max: 600 }), (documents, moment) => {
    const listing = { statements: listed(documents, moment), span: { from: iso(0), to: iso(600) }, pace, now: iso(700) };
    const missing = (held: Source): string[] => compare(listing, heldVersion(held), []).entries.filter(({ state }) => state === "missing").map(({ document }) => document);
    const before = missing(documents), more = documents.map((one) => ({ ...one, held: Math.min(one.held + 1, 4) }));
    expect(before).toEqual(expect.arrayContaining(missing(more)));
    expect(missing(documents.map((one) => ({ ...one, held: 4 })))).toEqual([]);
  }));
});

/** A source whose clock is so far from ours is asked as it falls due; each change is committed when it is seen, and held soon after. */
function census(changes: readonly { seen: number; late: number; held: number }[], skew: number) {
  const documents = changes.map((change, id) => ({ ...change, id: `D${id}`, stamp: iso(change.seen - change.late + skew) })), notes = new Map<string, Noted>(), gaps = new Set<string>();
  let checkedTo = iso(0), heard: Heard | null = null;
  for (let second = 5; second <= 6000; second += 5) {
    const now = iso(second), due = dueSpan(checkedTo, now, pace, heard);
    if (!due) continue;
    const statements = documents.filter(({ seen, stamp }) => seen <= second && stamp >= due.listed.from).map(({ id, stamp }): Statement => ({ kind: "orders", document: id, version: 1, at: stamp, fact: null, sourceMessageId: id, amount: null, currency: null, excluded: null }));
    const { entries } = compare({ statements, span: due.span, pace, now, listedTo: checkedTo }, ({ document }) => documents.some(({ id, seen, held }) => id === document && seen + held <= second), [...notes.values()]);
    for (const entry of entries) { notes.set(key(noteOf(entry)), noteOf(entry)); if (entry.state === "missing") gaps.add(entry.document); }
    heard = heardOf(heard, statements, due.listed, now);
    checkedTo = due.checkedTo;
  }
  return { notes: [...notes.values()], gaps, documents };
}
const late = fc.array(fc.record({ seen: fc.integer({ min: 91, max: 2000 }), late: fc.integer({ min: 0, max: pace.overlapSeconds }), held: fc.integer({ min: 0, max: 14 }) }), { maxLength: 12 });
const skews = fc.integer({ min: -60, max: 60 }).map((minutes) => minutes * 60);

test("a source whose clock is up to an hour from ours is listed whole, what it commits late too", () => {
  fc.assert(fc.property(late, skews, (changes, skew) => {
    const { notes, documents } = census(changes, skew);
    expect(documents.filter(({ id }) => !notes.some(({ document }) => document === id))).toEqual([]);
  }));
});

test("and what comes within its allowance is no gap, whatever its clock says", () => {
  fc.assert(fc.property(late, skews, (changes, skew) => { expect([...census(changes, skew).gaps]).toEqual([]); }));
});
