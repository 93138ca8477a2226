import { z } from "zod";
import { commandKinds, type CommandKind } from "@/server/domain/commands";
import { contracts, type EventData } from "@/server/domain/contracts/registry";
import { dec } from "@/server/domain/decimal";
import type { CanonicalEvent } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import { isPosting } from "@/server/domain/posting-brake";
import { defaultRules } from "@/server/domain/resilience";
import { ok } from "@/server/domain/result";
import type { AnyConnector, CommandSupport, LookupAnswer, Outcome } from "@/server/integrations/contract/connector";
import type { ClaimedCommand, ConnectorRuntime, Connectors, Exchange } from "@/server/pipeline/ports";
import type { Told } from "../world/builders";
import { speaker } from "../world/defaults";
import type { CommandRow } from "../world/store";
import { createErp, type Erp } from "../world/targets/erp";
import { createPayments, crm, shop } from "../world/targets/others";
import { isRefusal, type Handle, type Said } from "../world/targets/target";
import { createTaxService } from "../world/targets/tax";
import { createWarehouse, type Warehouse } from "../world/targets/wms";
import { badFaults, type CallFault, type Fault } from "./faults";
import type { Chance, Owner, Scheduler } from "./scheduler";
import { rates } from "./story";

const verified: ReadonlySet<CommandKind> = new Set<CommandKind>(["post_invoice", "post_credit", "post_debit", "apply_credit", "post_receipt", "apply_receipt", "reverse_receipt", "post_refund", "reverse_refund"]);
/** Asked as often as one likes: nothing stands at the target but its answer. */
export const isQuestion = (kind: CommandKind): boolean => kind === "estimate_tax" || kind === "determine_tax";
const capabilities: Record<string, string> = { orders: "shop", warehouse: "wms", finance: "erp", tax: "tax", payments: "pay", crm: "crm" };
const callTimeoutMs = 10_000;

/** How a system can be asked: what it remembers by key and for how long, and whether and when it can be searched. */
export interface Manner { idempotentForMs: number; lookup: CommandSupport["lookup"] }
interface Committed { at: number; reference: string; result: Record<string, unknown>; events: CanonicalEvent[] }
export interface Network {
  erp: Erp; wms: Warehouse;
  /** Natural keys with what was done under each: more than one is a document twice. */
  committed: ReadonlyMap<string, readonly Committed[]>;
  /** Postings that left, with when they were claimed for it the first time. */
  sent: ReadonlyMap<string, Instant>;
  /** Every time that one left as new, with when it was claimed: what is in doubt was sent before. */
  departures: readonly { naturalKey: string; at: Instant }[];
  /** What its sources say is known to a system before the tower hears of it. */
  hears(told: Told): void;
  readonly calls: number;
  /** The port as one worker has it. */
  of(owner: Owner): Connectors;
  /** Whether the system speaks to us now, and with our credentials. */
  isHealthy(connector: string): boolean;
}
export interface NetworkParts { scheduler: Scheduler; chance: Chance; faults: readonly Fault[]; manners: Readonly<Record<string, Manner>>; concurrency: number; perMinute: number; start: number; entity: string; slowness: number; names: Map<string, string> }

const spoke = (httpStatus: number): Exchange => ({ request: { method: "POST" }, response: { status: httpStatus }, httpStatus });
const silence = (left: "no" | "perhaps"): Exchange => ({ request: { method: "POST" }, response: { left }, httpStatus: null });
const unknown = (message: string): { outcome: Outcome; exchange: Exchange } => ({ outcome: { kind: "unknown", failure: { code: "TEC-04", message } }, exchange: silence("perhaps") });
type Sent = Awaited<ReturnType<Connectors["send"]>>;

/** Foreign systems behind a network: each acts once for each request that reaches it, whether somebody still waits for the answer or not. */
export function createNetwork({ scheduler, chance, faults, manners, concurrency, perMinute, start, entity, slowness, names }: NetworkParts): Network {
  const erp = createErp(names), wms = createWarehouse();
  const authorisations = new Map<string, EventData<"payment.authorised">>(), charges = new Map<string, EventData<"receipt.recorded">>(), sent = new Map<string, Instant>(), departures: { naturalKey: string; at: Instant }[] = [];
  const pay = createPayments((order, authorisation) => authorisations.get(`${order}/${authorisation}`) ?? null, (capture) => { const charge = charges.get(capture); return charge ? { amount: dec(charge.amount), authorisation: charge.authorisation ?? null } : null; });
  const handlers: Record<string, Handle> = { shop, crm, erp: erp.handle, tax: createTaxService([...rates]).handle, wms: wms.handle, pay };
  const committed = new Map<string, Committed[]>(), calls = new Map<string, number>();
  let events = 0;
  const mannerOf = (connector: string): Manner => manners[connector] ?? { idempotentForMs: 0, lookup: null };
  const settleMsOf = (connector: string): number => mannerOf(connector).lookup?.settleMs ?? 0;
  const spells = faults.flatMap((fault) => (fault.what === "outage" || fault.what === "credentials" || fault.what === "bad" ? [fault] : []));
  const isIn = (what: Fault["what"], connector: string): boolean => spells.some((fault) => fault.what === what && fault.connector === connector && scheduler.now >= start + fault.fromMs && scheduler.now < start + fault.fromMs + fault.ms);
  const faultOf = (connector: string): CallFault | null => {
    const nth = calls.get(connector) ?? 0;
    calls.set(connector, nth + 1);
    for (const fault of faults) if (fault.what === "call" && fault.connector === connector && fault.nth === nth) return fault.does;
    return isIn("bad", connector) && chance(2) === 0 ? (badFaults[chance(badFaults.length)] ?? null) : null;
  };
  const supportOf = (connector: string, kind: CommandKind): CommandSupport => ({ ...mannerOf(connector), verify: verified.has(kind), provenNotActed: [] });
  const runtimes = new Map(Object.entries(capabilities).map(([capability, id]): [string, ConnectorRuntime] => {
    const kinds = (Object.keys(commandKinds) as CommandKind[]).filter((kind) => commandKinds[kind].capability === capability);
    const connector = {
      type: id, title: id, grade: "sandbox", capabilities: [capability], settings: z.object({}), secrets: z.object({}), limits: { concurrency, perMinute, callTimeoutMs }, serializeBy: () => null, cannot: [],
      commands: Object.fromEntries(kinds.map((kind) => [kind, supportOf(id, kind)])), feeds: [], webhook: null,
    } as unknown as AnyConnector;
    return [id, { id, entity, connector, paused: false, policy: { ...defaultRules, concurrency, perMinute } }];
  }));

  const eventOf = ({ type, source, subject, data }: Said, command: ClaimedCommand): CanonicalEvent => ({
    id: `${command.naturalKey}/${events++}`, type, source, entity: command.entity, occurredAt: scheduler.instant(), correlationId: command.correlationId, ...(subject ? { subject } : {}), data: contracts[type].schema.parse(data),
  });
  const rowOf = (command: ClaimedCommand): CommandRow => ({ ...command, subject: command.subjectId, slot: command.naturalKey.split("|").at(-2) ?? "", result: null } as unknown as CommandRow);
  /** Does it; a repeat within the life of its key is answered as the first time. */
  const act = (command: ClaimedCommand): Committed | { code: string; message: string } => {
    const before = committed.get(command.naturalKey) ?? [], { idempotentForMs } = mannerOf(command.connector);
    if (before[0] && !isQuestion(command.kind) && scheduler.now - before[0].at < idempotentForMs) return before[0];
    const answer = handlers[command.connector]?.(rowOf(command), scheduler.instant());
    if (!answer || isRefusal(answer)) return answer ?? { code: "TEC-05", message: "no such target" };
    const made: Committed = { at: scheduler.now, reference: answer.reference ?? command.naturalKey, result: JSON.parse(JSON.stringify(answer.result)) as Record<string, unknown>, events: answer.events.map((said) => eventOf(said, command)) };
    committed.set(command.naturalKey, [...before, made]);
    return made;
  };
  const answerTo = (command: ClaimedCommand): Sent => {
    const made = act(command);
    return "code" in made ? { outcome: { kind: "rejected", failure: made }, exchange: spoke(422) } : { outcome: { kind: "confirmed", reference: made.reference, result: made.result, events: made.events }, exchange: spoke(201) };
  };
  /** What comes back of a request at its target, and what the target did; null: nothing comes back. */
  const arrives = (command: ClaimedCommand, fault: CallFault | null): Sent | null => {
    if (fault === "vanish") return null;
    if (fault === "busy") return { outcome: { kind: "retryable", failure: { code: "TEC-01", message: "503" } }, exchange: spoke(503) };
    if (fault === "limited") return { outcome: { kind: "retryable", failure: { code: "TEC-01", message: "429" }, retryAfterMs: 5_000 + chance(60_000) }, exchange: spoke(429) };
    if (fault === "refuse") return { outcome: { kind: "rejected", failure: { code: "INV-01", message: "refused, this once" } }, exchange: spoke(422) };
    const answer = answerTo(command);
    if (fault === "lose" || fault === "slow") return null;
    if (fault === "broken") return { outcome: { kind: "retryable", failure: { code: "TEC-01", message: "503" } }, exchange: spoke(503) };
    return answer;
  };
  const travel = (): number => (chance(20) === 0 ? chance(3_000) : 1 + chance(40 * slowness));

  /** Asks over the network: `reach` is what happens there, `lost` what is answered when nothing comes back in time. */
  const ask = <T>(owner: Owner, name: string, signal: AbortSignal, way: number, reach: () => T | null, lost: () => T): Promise<T> => new Promise((resolve) => {
    let isOver = false;
    const end = (answer: T): void => { if (!isOver) { isOver = true; takeBack(); resolve(answer); } };
    scheduler.plan(way, null, `${name} arrives`, () => {
      const answer = reach();
      if (answer !== null) scheduler.plan(travel(), owner, `${name} answered`, () => { end(answer); });
    });
    const takeBack = scheduler.plan(callTimeoutMs, owner, `${name} timed out`, () => { end(lost()); });
    signal.addEventListener("abort", () => { scheduler.plan(0, owner, `${name} cut off`, () => { end(lost()); }); }, { once: true });
  });
  const refusedConnection = "connection refused";
  const cannotReach = (connector: string): boolean => isIn("outage", connector);

  const of = (owner: Owner): Connectors => ({
    // Kept in the worker's own memory.
    list: () => Promise.resolve([...runtimes.values()]),
    find: (id) => Promise.resolve(runtimes.get(id) ?? null),
    translate(message) {
      const told = JSON.parse(new TextDecoder().decode(message.body)) as Told[];
      return Promise.resolve(ok({ events: told.map(({ type, at, data, source, entity: other, subject }, index) => ({
        id: `${message.connector}/${message.sourceMessageId}/${index}`, type, source: source ?? speaker(type), entity: other ?? entity, occurredAt: at, correlationId: message.correlationId, data: data as never, ...(subject ? { subject } : {}),
      })) }));
    },
    send(command, signal) {
      if (isPosting(command.kind)) {
        if (!sent.has(command.naturalKey)) sent.set(command.naturalKey, command.firstSentAt ?? "");
        if (!command.inDoubt) departures.push({ naturalKey: command.naturalKey, at: command.lastSentAt ?? "" });
      }
      const { connector } = command, name = `${owner.name} send ${command.naturalKey} #${command.attempt}`, fault = faultOf(connector);
      if (fault === "throw") return Promise.reject(new Error("the connector broke"));
      const answerIs = (answer: Sent): Promise<Sent> => ask(owner, name, signal, 1, () => answer, () => unknown("no answer"));
      if (cannotReach(connector) || fault === "down") return answerIs({ outcome: { kind: "retryable", failure: { code: "TEC-01", message: refusedConnection } }, exchange: silence("no") });
      if (isIn("credentials", connector)) return answerIs({ outcome: { kind: "retryable", failure: { code: "TEC-02", message: "credentials refused" }, authentication: true }, exchange: spoke(401) });
      // As late as the target says that it may still act, and never later.
      const way = fault === "slow" ? Math.max(8_000, settleMsOf(connector) / 2) : travel();
      return ask(owner, name, signal, way, () => arrives(command, fault), () => unknown("no answer in time"));
    },
    lookup(command, signal) {
      const { connector } = command, fault = faultOf(connector), failed = (httpStatus: number | null): { answer: LookupAnswer; exchange: Exchange } => ({ answer: { kind: "failed", failure: { code: "TEC-01", message: "no answer to a look-up" } }, exchange: httpStatus === null ? silence("perhaps") : spoke(httpStatus) });
      const isLost = fault === "lose" || fault === "vanish" || fault === "slow" || fault === "down" || cannotReach(connector);
      return ask(owner, `${owner.name} look up ${command.naturalKey}`, signal, travel(), () => {
        if (isLost) return null;
        if (fault === "busy" || fault === "broken" || fault === "throw") return failed(503);
        if (isIn("credentials", connector)) return { answer: { kind: "failed", failure: { code: "TEC-02", message: "credentials refused" }, authentication: true }, exchange: spoke(401) };
        // What a target has just done it shows when it has settled.
        const seen = (committed.get(command.naturalKey) ?? []).filter(({ at }) => at + settleMsOf(connector) / 2 <= scheduler.now), [first] = seen;
        if (!first) return { answer: { kind: "absent" }, exchange: spoke(200) };
        return seen.length > 1 ? { answer: { kind: "several", references: seen.map(({ reference }) => reference) }, exchange: spoke(200) } : { answer: { kind: "found", reference: first.reference, result: first.result }, exchange: spoke(200) };
      }, () => failed(null));
    },
    verify(command, _reference, signal) {
      const { connector } = command, fault = faultOf(connector), isLost = fault === "lose" || fault === "vanish" || fault === "slow" || fault === "down" || cannotReach(connector);
      return ask(owner, `${owner.name} read back ${command.naturalKey}`, signal, travel(), () => {
        if (isLost) return null;
        if (isIn("credentials", connector)) return { answer: { kind: "failed" as const, failure: { code: "TEC-02", message: "credentials refused" }, authentication: true }, exchange: spoke(401) };
        if (fault !== null && fault !== "limited") return { answer: { kind: "failed" as const, failure: { code: "TEC-01", message: "503" } }, exchange: spoke(503) };
        const seen = erp.readBack(rowOf(command));
        return seen ? { answer: { kind: "read" as const, result: JSON.parse(JSON.stringify(seen.result)) as Record<string, unknown>, version: 1 }, exchange: spoke(200) } : { answer: { kind: "missing" as const }, exchange: spoke(404) };
      }, () => ({ answer: { kind: "failed" as const, failure: { code: "TEC-01", message: "no answer" } }, exchange: silence("perhaps") }));
    },
  });

  const hears = ({ type, source, data }: Told): void => {
    if (type === "shipment.confirmed") wms.physically(data as never);
    if (type === "payment.authorised") { const words = data as EventData<"payment.authorised">; authorisations.set(`${words.order}/${words.authorisation}`, words); }
    if (type === "receipt.recorded" && source === "pay") { const words = data as EventData<"receipt.recorded">; charges.set(words.receipt, words); }
  };

  return { erp, wms, committed, sent, departures, hears, get calls() { return [...calls.values()].reduce((sum, count) => sum + count, 0); }, of, isHealthy: (connector) => !isIn("outage", connector) && !isIn("credentials", connector) };
}
