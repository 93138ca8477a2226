import type { CommandKind, CommandView } from "../../commands";
import type { LedgerDocument, PaymentAuthorised, TaxDetermined } from "../../contracts/billing";
import type { CommandDecided, FieldOverlaid, HoldPlaced } from "../../contracts/decisions";
import type { FulfilmentProgressed, StockAllocated } from "../../contracts/fulfilment";
import { orderCaptured, type OrderCancelRequested, type OrderCaptured, type OrderObserved } from "../../contracts/order";
import { countedTime } from "../../figures/time";
import { allOf, latestOf, ofType, publishedOf, type Fact, type Known } from "../../facts";
import { earliest, type Instant } from "../../instant";
import type { PlanInput } from "../../plan";
import { doneByOthers } from "../../authorisation-owner";
import { advancePath } from "../../overlay";
import { hasLeft } from "../../standing";
import { ownerOf } from "../../systems-of-record";
import { claimedDocument, wordsOn } from "../../unclaimed";
import { creditClaims } from "../../return-to-credit/adopted";
import type { AuthorisationTaken, BillingState, CreditAnswer, CreditClaim, DuplicateAnswer, ReceiptInHand, ReturnState, ShipmentSlices } from "../../publications";

/** All that is known of one order, by kind, newest version of each document; nothing is interpreted yet. */
export interface OrderRecord {
  order: string;
  /** The order's system of record: only its versions count (2.11). */
  source: string;
  /** Every version of the system of record, oldest first: what was true when goods were released can still be told. */
  versions: Known<OrderCaptured>[];
  /** It says that it was placed after we were first told of it: then that moment counts (2.6). */
  clock: boolean;
  /** The newest version that came in another currency once goods were released or billed: none of it counts (invariant 6). */
  otherCurrency: Known<OrderCaptured> | null;
  /** The newest version with people's edits laid over it. */
  current: OrderCaptured;
  currentRecordedAt: Instant;
  receivedAt: Instant;
  cancels: Known<OrderCancelRequested>[];
  allocations: ReadonlyMap<string, Known<StockAllocated>>;
  /** Every answer about stock by line, oldest first. */
  allocationHistory: ReadonlyMap<string, readonly Known<StockAllocated>[]>;
  progress: Known<FulfilmentProgressed>[];
  /** When each request was first spoken of, by the warehouse's own time. */
  progressSince: ReadonlyMap<string, Instant>;
  shipments: Known<ShipmentSlices>[];
  states: BillingState[];
  /** Each account's own answer: the order may have been another's before. */
  credits: Known<CreditAnswer>[];
  duplicates: Known<DuplicateAnswer>[];
  returns: ReturnState[];
  receipts: ReceiptInHand[];
  authorisations: (PaymentAuthorised & { /** What other orders took on it. */ others: readonly AuthorisationTaken[] })[];
  estimates: Known<TaxDetermined>[];
  observed: Known<OrderObserved> | null;
  /** Documents that name the order, and the one that a person adopted for it. */
  ledger: Known<LedgerDocument>[];
  /** Numbers of the ledger's documents that a person said are none of ours. */
  declined: ReadonlySet<string>;
  /** Which return a credit of the ledger is for, by a person's word. */
  creditClaims: ReadonlyMap<string, CreditClaim>;
  /** Numbers of the ledger's invoices that a person took as billing in advance (INV-03). */
  advances: ReadonlySet<string>;
  decisions: readonly Fact[];
  placedHolds: Known<HoldPlaced>[];
  commandDecisions: Known<CommandDecided>[];
  commands: ReadonlyMap<CommandKind, readonly CommandView[]>;
}

/** Versions of the system that the order is of, oldest first. */
export function capturedVersions(input: Pick<PlanInput, "facts" | "policy">): Known<OrderCaptured>[] {
  const owner = ownerOf(input);
  return allOf(input.facts, "order.captured").filter(({ source }) => source === owner);
}

/** Lays people's edits over the newest version; a path is `lines.<line id or index>.<field>` or `<field>.<field>`. An edit that breaks the contract is left out. */
function overlaid(order: OrderCaptured, edits: readonly Known<FieldOverlaid>[]): OrderCaptured {
  let result = order;
  for (const { data } of edits) {
    const copy = structuredClone(result) as unknown as Record<string, unknown>;
    if (!setPath(copy, data.path.split("."), data.value)) continue;
    const checked = orderCaptured.safeParse(copy);
    if (checked.success) result = checked.data;
  }
  return result;
}

function setPath(target: Record<string, unknown>, path: readonly string[], value: unknown): boolean {
  const [head, ...rest] = path;
  if (head === undefined) return false;
  if (rest.length === 0) { target[head] = value; return true; }
  const next = target[head];
  if (Array.isArray(next)) {
    const [id, ...deeper] = rest;
    const row = (next as Record<string, unknown>[]).find((entry) => entry.line === id || entry.charge === id) ?? (next as Record<string, unknown>[])[Number(id)];
    return row !== undefined && deeper.length > 0 && setPath(row, deeper, value);
  }
  return typeof next === "object" && next !== null && setPath(next as Record<string, unknown>, rest, value);
}

const byKey = (a: CommandView, b: CommandView): number => (a.naturalKey < b.naturalKey ? -1 : 1);

/** Reads the facts of an order; null while no version of it was captured. */
export function readRecord(input: Pick<PlanInput, "subject" | "facts" | "policy" | "commands" | "reference">): OrderRecord | null {
  const { facts } = input;
  const { versions: captured, clock } = onTime(capturedVersions(input));
  const commands = new Map<CommandKind, CommandView[]>();
  for (const command of [...input.commands].sort(byKey)) {
    const group = commands.get(command.kind);
    if (group) group.push(command);
    else commands.set(command.kind, [command]);
  }
  const order = input.subject.key;
  const progressSince = firstSpokenOf(ofType(facts, "fulfilment.progressed"));
  const states = publishedOf<BillingState>(facts, "billing.state").map(({ data }) => data);
  const bound = boundAt(commands.get("release_to_warehouse") ?? [], progressSince, states);
  const settled = settledCurrency(captured, bound, states);
  const { versions, otherCurrency } = inOneCurrency(captured, bound, settled);
  const newest = versions.at(-1);
  if (!newest) return null;
  const edits = allOf(facts, "field.overlaid").filter(({ data, recordedAt }) => data.path !== "currency" || bound === null || recordedAt <= bound || data.value === settled);
  const byOthers = doneByOthers(facts);
  const isVoided = (authorisation: string) => byOthers.get(authorisation)?.voided === true || input.commands.some(({ kind, slot, state }) => kind === "void_authorisation" && slot === authorisation && state === "confirmed");
  return {
    order, source: newest.source, versions, clock, otherCurrency, current: edits.length > 0 ? overlaid(newest.data, edits) : newest.data, currentRecordedAt: newest.recordedAt,
    receivedAt: versions.reduce((first, version) => (version.recordedAt < first ? version.recordedAt : first), newest.recordedAt),
    cancels: allOf(facts, "order.cancel_requested"),
    allocations: newestAllocations(facts), allocationHistory: Map.groupBy(allOf(facts, "stock.allocated"), ({ data }) => data.line),
    progress: latestOf(facts, "fulfilment.progressed"), progressSince,
    shipments: publishedOf<ShipmentSlices>(facts, "shipment.slices"),
    states,
    credits: publishedOf<CreditAnswer>(facts, "credit.answer").filter(({ data }) => data.order === order),
    duplicates: publishedOf<DuplicateAnswer>(facts, "duplicate.answer").filter(({ data }) => data.order === order),
    returns: publishedOf<ReturnState>(facts, "return.state").map(({ data }) => data),
    receipts: publishedOf<ReceiptInHand>(facts, "receipt.in_hand").map(({ data }) => data),
    authorisations: latestOf(facts, "payment.authorised").map(({ data }) => ({
      ...data, others: byOthers.get(data.authorisation)?.taken ?? [], ...(data.state === "authorised" && isVoided(data.authorisation) ? { state: "voided" as const } : {}),
    })),
    estimates: allOf(facts, "tax.determined").filter(({ data }) => data.kind === "estimate"),
    observed: latestOf(facts, "order.observed").at(-1) ?? null,
    ledger: [...latestOf(facts, "ledger.document_read"), ...[claimedDocument(input)].filter((claimed) => claimed !== null)], declined: wordsOn(facts, input.subject.key).declined, creditClaims: creditClaims(facts, input.subject.key), advances: new Set(allOf(facts, "field.overlaid").filter(({ data }) => data.path === advancePath).map(({ data }) => data.document)),
    decisions: ofType(facts, "hold.decided"), placedHolds: allOf(facts, "hold.placed"), commandDecisions: allOf(facts, "command.decided"),
    commands,
  };
}

/** No order was placed after we first heard of it: the sender's clock is wrong, and our own time counts in every version. */
function onTime(versions: Known<OrderCaptured>[]): { versions: Known<OrderCaptured>[]; clock: boolean } {
  const heardAt = earliest(...versions.map(({ recordedAt }) => recordedAt));
  const late = ({ data }: Known<OrderCaptured>) => heardAt !== null && countedTime({ occurredAt: data.placed, recordedAt: heardAt }).clock;
  if (heardAt === null || !versions.some(late)) return { versions, clock: false };
  return { versions: versions.map((version) => (late(version) ? { ...version, data: { ...version.data, placed: heardAt } } : version)), clock: true };
}

/** When the first goods were released or billed, and with them the currency was settled; null while none are. */
function boundAt(releases: readonly CommandView[], spoken: ReadonlyMap<string, Instant>, states: readonly BillingState[]): Instant | null {
  const released = releases.filter((command) => hasLeft(command) && command.result?.["state"] !== "refused").map((command) => command.firstSentAt ?? command.createdAt);
  return earliest(...released, ...spoken.values(), ...states.filter(({ frozen }) => frozen).map(({ frozenAt }) => frozenAt));
}

/** An invoice that left says it for good; else the version in force when the first goods were released, whenever we heard of it. */
const settledCurrency = (versions: readonly Known<OrderCaptured>[], bound: Instant | null, states: readonly BillingState[]): string | null =>
  states.flatMap(({ billedTo }) => billedTo?.currency ?? [])[0] ?? (bound === null ? null : (versionAt(versions, bound)?.data.currency ?? null));

function inOneCurrency(versions: Known<OrderCaptured>[], bound: Instant | null, settled: string | null): Pick<OrderRecord, "versions" | "otherCurrency"> {
  const fits = ({ data, recordedAt }: Known<OrderCaptured>) => settled === null || recordedAt <= (bound ?? "") || data.currency === settled;
  const newest = versions.at(-1);
  return { versions: versions.filter(fits), otherCurrency: newest && !fits(newest) ? newest : null };
}

/** The version that was in force at a moment, as far as we knew then. */
export const versionAt = (versions: readonly Known<OrderCaptured>[], at: Instant): Known<OrderCaptured> | null =>
  versions.filter((version) => version.recordedAt <= at).at(-1) ?? versions[0] ?? null;

function firstSpokenOf(facts: readonly Fact[]): Map<string, Instant> {
  const first = new Map<string, Instant>();
  for (const { document, occurredAt } of facts) if (occurredAt < (first.get(document) ?? "~")) first.set(document, occurredAt);
  return first;
}

function newestAllocations(facts: readonly Fact[]): Map<string, Known<StockAllocated>> {
  const newest = new Map<string, Known<StockAllocated>>();
  for (const answer of latestOf(facts, "stock.allocated")) {
    const present = newest.get(answer.data.line);
    if (!present || answer.version > present.version) newest.set(answer.data.line, answer);
  }
  return newest;
}
