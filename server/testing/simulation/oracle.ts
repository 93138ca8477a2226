import type { CommandKind } from "@/server/domain/commands";
import { dec, sumOf } from "@/server/domain/decimal";
import { fromEpochMs } from "@/server/domain/instant";
import type { MovementTerm } from "@/server/domain/movements";
import { parseSubjectId } from "@/server/domain/subject";
import { breakerOf } from "../memory/health";
import type { Rows } from "../memory/rows";
import { driftsOf, ledgerDrifts, type Booked } from "../world/books";
import { creditedAbove, netPosted } from "../world/readings";
import { isQuestion, type Network } from "./network";
import { storyAbout, type Story } from "./story";

/** Nearer than this is not rest: what is due then is still part of what was begun. */
const soonMs = 10 * 60_000;

/** What is still to be done, one line each. A run that does not come to rest says which. */
export function whatIsLeft(rows: Rows, now: number): string[] {
  const left: string[] = [], soon = fromEpochMs(now + soonMs);
  for (const { id } of rows.waiting) left.push(`message ${id} waits`);
  if (rows.outbox.length > 0) left.push(`${rows.outbox.length} publications not passed on`);
  for (const connector of rows.paused) left.push(`${connector} is paused`);
  // With nothing to send there is no probe: it stays open, and told of, until there is.
  for (const connector of new Set([...rows.live].map((row) => row.connector))) if (breakerOf(rows, connector).state !== "closed") left.push(`the breaker of ${connector} is ${breakerOf(rows, connector).state}`);
  for (const row of rows.live) left.push(`${row.naturalKey} is ${row.state}${row.rejection ? ` (${row.rejection.code})` : ""}`);
  for (const row of rows.commands.values()) if (row.state === "rejected") left.push(`${row.naturalKey} is rejected (${row.rejection?.code ?? ""})`);
  for (const [entity, { stop, aside }] of rows.brakes) {
    if (stop) left.push(`postings of ${entity} are stopped`);
    for (const [id, { isReleased }] of aside) if (!isReleased) left.push(`${id} waits alone`);
  }
  for (const { id, wakes, lockedBy } of rows.subjects.values()) {
    if (lockedBy !== null) left.push(`${id} is locked by ${lockedBy}`);
    if (wakes.some((at) => at <= soon)) left.push(`${id} is to be planned`);
  }
  return left;
}

/** The rows as books are read. */
const bookedOf = (rows: Rows, network: Network): Booked => ({
  erp: network.erp, delivery: { down: new Set() },
  store: { subjects: new Map([...rows.subjects.values()].map(({ id, plan }) => [id, {
    ref: { ...parseSubjectId(id), id }, plan,
    movements: (plan?.balances ?? []).map((balance) => ({ ...balance, term: balance.term satisfies MovementTerm, subject: id, recordedAt: "" })),
    slices: (plan?.slices ?? []).map((slice) => ({ ...slice, subject: id, validFrom: "", validTo: null })),
  }])) },
});

function amountsOf(network: Network, stories: readonly Story[]): string[] {
  const wrong: string[] = [], actual = netPosted(network), ledger = new Map(Object.entries(actual.lines)), expected = new Map<string, Story>();
  const nothing = { quantity: "0", net: "0" }, cents = (count: number) => dec("0.01").times(count);
  for (const story of stories) for (const line of Object.keys(story.expected.lines)) expected.set(line, story);
  for (const line of new Set([...expected.keys(), ...ledger.keys()])) {
    const here = ledger.get(line) ?? nothing, story = expected.get(line), due = story?.expected.lines[line] ?? nothing;
    if (!dec(here.quantity).eq(due.quantity) || dec(here.net).minus(due.net).abs().gt(cents(story?.isShared ? story.names.size : 0))) wrong.push(`${line}: ${here.quantity} for ${here.net} stand in the ledger, ${due.quantity} for ${due.net} should (${story?.what ?? "nobody's"})`);
  }
  const chargesDue = (charge: string) => sumOf(stories, (story) => dec(story.expected.charges[charge] ?? 0)), slack = cents(sumOf(stories, ({ isShared, names }) => dec(isShared ? names.size : 0)).toNumber());
  for (const charge of new Set([...Object.keys(actual.charges), ...stories.flatMap((story) => Object.keys(story.expected.charges))])) {
    const charged = dec(actual.charges[charge] ?? 0), due = chargesDue(charge);
    if (charged.minus(due).abs().gt(slack)) wrong.push(`${charge} of ${charged.toFixed(2)} stands in the ledger, ${due.toFixed(2)} should`);
  }
  return wrong;
}

/** What was filed of tax is what was booked of it, to the cent. */
function taxOf(rows: Rows, network: Network): string[] {
  const done = [...rows.commands.values()].filter(({ state }) => state === "confirmed"), voided = new Set(done.flatMap(({ kind, payload }) => (kind === "void_tax" ? [payload["document"]] : [])));
  const total = (kind: CommandKind) => sumOf(done.filter((row) => row.kind === kind && !voided.has(row.payload["document"])), ({ payload }) => dec(String(payload["total"])));
  const filed = total("commit_tax").minus(total("return_tax")), { tax } = netPosted(network);
  return filed.eq(tax) ? [] : [`tax of ${filed.toFixed(2)} is filed and ${tax} booked`];
}

/** No posting left while they were stopped, and no day had more of them than its limit. */
function brakesOf(rows: Rows, network: Network, limit: number | null): string[] {
  const wrong: string[] = [], ofDay = new Map<string, number>();
  for (const { naturalKey, at } of network.departures) {
    const stopped = rows.stops.find(({ since, released }) => since < at && (released === null || at < released.at));
    if (stopped) wrong.push(`${naturalKey} left at ${at} though postings were stopped at ${stopped.since}`);
  }
  if (limit === null) return wrong;
  for (const [naturalKey, at] of [...network.sent].sort(([, a], [, b]) => (a < b ? -1 : Number(a > b)))) {
    const day = at.slice(0, 10), count = (ofDay.get(day) ?? 0) + 1;
    ofDay.set(day, count);
    const allowed = rows.stops.reduce((most, { excess, released }) => (excess?.what === "count" && released !== null && released.raisedTo !== null && released.at <= at && released.at.slice(0, 10) === day ? Math.max(most, Number(released.raisedTo)) : most), limit);
    if (count > allowed) wrong.push(`${naturalKey} is posting ${count} of ${day}, of which ${allowed} were allowed`);
  }
  return wrong;
}

/** Exceptions and holds that are left to people: those that are a story's point, all of them and no other. */
function leftToPeople(rows: Rows, stories: readonly Story[]): string[] {
  const wrong: string[] = [], seen = new Map<Story, Set<string>>();
  for (const { id, plan } of rows.subjects.values()) {
    const story = storyAbout(stories, id);
    for (const [code, message] of [...(plan?.exceptions ?? []).map((row) => [row.code, row.message] as const), ...(plan?.holds ?? []).map((hold) => [hold.rule, hold.message] as const)]) {
      if (story) seen.set(story, (seen.get(story) ?? new Set()).add(code));
      if (!story?.leaves.includes(code) && !story?.mayLeave.includes(code)) wrong.push(`${id} ended with ${code}: ${message}`);
    }
  }
  for (const story of stories) for (const code of story.leaves) if (!seen.get(story)?.has(code)) wrong.push(`nobody is told of ${code} (${story.what})`);
  return wrong;
}

/** What must be true of every run that came to rest, one line for each thing that is not. */
export function violationsOf({ rows, network, stories, limit }: { rows: Rows; network: Network; stories: readonly Story[]; limit: number | null }): string[] {
  const wrong: string[] = [];
  for (const [naturalKey, done] of network.committed) if (done.length > 1 && !isQuestion(naturalKey.split("|")[0] as CommandKind)) wrong.push(`${naturalKey} was done ${done.length} times`);
  const references = Map.groupBy(network.erp.documents.filter(({ voided }) => !voided), ({ reference }) => reference);
  for (const [reference, documents] of references) if (documents.length > 1) wrong.push(`${documents.length} documents stand under ${reference}`);
  wrong.push(...amountsOf(network, stories), ...creditedAbove(network).map((line) => `credited above what was billed: ${line}`), ...taxOf(rows, network), ...brakesOf(rows, network, limit));
  for (const message of rows.messages.values()) if (message.state !== "normalized") wrong.push(`message ${message.sourceMessageId} ended ${message.state} (${message.code ?? ""})`);
  for (const row of rows.commands.values()) {
    const done = network.committed.get(row.naturalKey);
    if (row.state === "confirmed" && !done) wrong.push(`${row.naturalKey} counts as confirmed and was never done`);
    if (row.state !== "confirmed" && done) wrong.push(`${row.naturalKey} was done and is ${row.state}`);
  }
  for (const [naturalKey] of network.committed) if (!rows.commands.has(naturalKey)) wrong.push(`${naturalKey} was done and nobody knows of it`);
  for (const { code, about, isOpen } of rows.exceptions) if (isOpen && !(code === "TEC-01" && breakerOf(rows, about).state !== "closed")) wrong.push(`${code} on ${about} is open though everything is mended`);
  wrong.push(...leftToPeople(rows, stories));
  const booked = bookedOf(rows, network);
  wrong.push(...driftsOf(booked).map((drift) => `drift ${drift}`), ...ledgerDrifts(booked));
  return wrong;
}
