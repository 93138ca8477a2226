import type { CommandKind } from "@/server/domain/commands";
import { dec, sumOf } from "@/server/domain/decimal";
import { fromEpochMs } from "@/server/domain/instant";
import type { MovementTerm } from "@/server/domain/movements";
import { parseSubjectId } from "@/server/domain/subject";
import { breakerOf } from "../memory/health";
import type { Rows } from "../memory/rows";
import { driftsOf, ledgerDrifts, type Booked } from "../world/books";
import { testPolicy } from "../world/defaults";
import { creditedAbove, netPosted } from "../world/readings";
import { isQuestion, type Network } from "./network";
import type { Net, Story } from "./traffic";

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
  for (const { id, wakes, lockedBy } of rows.subjects.values()) {
    if (lockedBy !== null) left.push(`${id} is locked by ${lockedBy}`);
    if (wakes.some((at) => at <= soon)) left.push(`${id} is to be planned`);
  }
  return left;
}

/** The rows as books are read. */
const bookedOf = (rows: Rows, network: Network): Booked => ({
  erp: network.erp, policy: { currency: testPolicy.currency }, delivery: { down: new Set() },
  store: { subjects: new Map([...rows.subjects.values()].map(({ id, plan }) => [id, {
    ref: { ...parseSubjectId(id), id }, plan,
    movements: (plan?.balances ?? []).map((balance) => ({ ...balance, term: balance.term satisfies MovementTerm, subject: id, recordedAt: "" })),
    slices: (plan?.slices ?? []).map((slice) => ({ ...slice, subject: id, validFrom: "", validTo: null })),
  }])) },
});

function amountsOf(network: Network, stories: readonly Story[]): string[] {
  const wrong: string[] = [], actual: Net = netPosted(network), ledger = new Map(Object.entries(actual.lines));
  for (const { number, expected, isShared, what } of stories) {
    for (const line of new Set([...Object.keys(expected.lines), ...[...ledger.keys()].filter((key) => key.startsWith(`${number}/`))])) {
      const here = ledger.get(line) ?? { quantity: "0", net: "0" }, due = expected.lines[line] ?? { quantity: "0", net: "0" };
      if (!dec(here.quantity).eq(due.quantity) || dec(here.net).minus(due.net).abs().gt(isShared ? "0.01" : "0")) wrong.push(`${line}: ${here.quantity} for ${here.net} stand in the ledger, ${due.quantity} for ${due.net} should (${what})`);
    }
  }
  const charged = dec(actual.charges["freight"] ?? 0), due = sumOf(stories, ({ expected }) => dec(expected.charges["freight"] ?? 0));
  if (!charged.eq(due)) wrong.push(`freight of ${charged.toFixed(2)} stands in the ledger, ${due.toFixed(2)} should`);
  return wrong;
}

/** What must be true of every run that came to rest, one line for each thing that is not. */
export function violationsOf(rows: Rows, network: Network, stories: readonly Story[]): string[] {
  const wrong: string[] = [];
  for (const [naturalKey, done] of network.committed) if (done.length > 1 && !isQuestion(naturalKey.split("|")[0] as CommandKind)) wrong.push(`${naturalKey} was done ${done.length} times`);
  const references = Map.groupBy(network.erp.documents.filter(({ voided }) => !voided), ({ reference }) => reference);
  for (const [reference, documents] of references) if (documents.length > 1) wrong.push(`${documents.length} documents stand under ${reference}`);
  wrong.push(...amountsOf(network, stories), ...creditedAbove(network).map((line) => `credited above what was billed: ${line}`));
  for (const message of rows.messages.values()) if (message.state !== "normalized") wrong.push(`message ${message.sourceMessageId} ended ${message.state} (${message.code ?? ""})`);
  for (const row of rows.commands.values()) {
    const done = network.committed.get(row.naturalKey);
    if (row.state === "confirmed" && !done) wrong.push(`${row.naturalKey} counts as confirmed and was never done`);
    if (row.state !== "confirmed" && done) wrong.push(`${row.naturalKey} was done and is ${row.state}`);
  }
  for (const [naturalKey] of network.committed) if (!rows.commands.has(naturalKey)) wrong.push(`${naturalKey} was done and nobody knows of it`);
  for (const { code, about, isOpen } of rows.exceptions) if (isOpen && !(code === "TEC-01" && breakerOf(rows, about).state !== "closed")) wrong.push(`${code} on ${about} is open though everything is mended`);
  for (const { id, plan } of rows.subjects.values()) for (const { code, message } of plan?.exceptions ?? []) wrong.push(`${id} ended with ${code}: ${message}`);
  const booked = bookedOf(rows, network);
  wrong.push(...driftsOf(booked).map((drift) => `drift ${drift}`), ...ledgerDrifts(booked));
  return wrong;
}
