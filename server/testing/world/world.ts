import { contracts, type EventType } from "../../domain/contracts/registry";
import type { CommandKind } from "../../domain/commands";
import { dec } from "../../domain/decimal";
import { latestOf, toFact } from "../../domain/facts";
import { earliest, type Instant } from "../../domain/instant";
import type { ExceptionFinding, HoldFinding } from "../../domain/plan";
import type { Policy } from "../../domain/policy";
import { parseSubjectId, subjectId, type SubjectId } from "../../domain/subject";
import { at, customer, credit, isLater, item, periods, settled, type Sayable, type Told } from "./builders";
import { speaker, testPolicy } from "./defaults";
import { createDelivery, type Delivery, type Fault } from "./delivery";
import { planSubject, planToQuiescence, type PlannerSet } from "./planning";
import { commandRows, createStore, foldFact, type CommandRow, type FactOutcome, type Store } from "./store";
import { createErp, type Erp } from "./targets/erp";
import { createPayments, crm, shop, type Authorised, type Charged } from "./targets/others";
import type { Said } from "./targets/target";
import { createTaxService, defaultRates, type Rate, type TaxService } from "./targets/tax";
import { createWarehouse, type Warehouse } from "./targets/wms";

export interface WorldOptions {
  planners: PlannerSet;
  policy?: Partial<Policy>;
  start?: Instant;
  rates?: Rate[];
  /** Numbers that documents had in another run of the same script. */
  names?: Map<string, string>;
  /** At the end of every number that the ledger gives. */
  suffix?: string;
  /** Chooses the next subject to plan and the order in which commands are sent; default: first come. */
  chance?: (count: number) => number;
  /** Masters that the world does not invent by itself: items or customers that must stay unknown. */
  unknown?: string[];
}

/** Which open holds a person decides about, and how. */
export interface Decision { rule: HoldFinding["rule"]; where?: (hold: HoldFinding & { subject: SubjectId }) => boolean; verdict?: "approve" | "reject"; consequence?: string; quantity?: string; amount?: string; author?: string; reason?: string }

export interface World {
  store: Store; erp: Erp; tax: TaxService; wms: Warehouse; delivery: Delivery; policy: Policy;
  /** A source says something. The clock goes to the time at which it was said, if that is later than now. */
  tell(...things: Sayable[]): FactOutcome;
  /** The same without settling and without moving the clock: for deliveries out of order. */
  deliver(thing: Sayable): FactOutcome;
  /** Lets the clock run, stopping wherever a plan asked to be looked at again or a target is due. */
  advance(to: string): void;
  settle(): void;
  /** A person decides about every open hold that fits; the number of holds found. */
  decide(decision: Decision): number;
  /** A person decides about a command. */
  decideCommand(naturalKey: string, verdict: "retry" | "restart" | "posted_by_hand" | "confirm_absent" | "withdraw" | "release"): void;
  fault(fault: Fault): void;
  holds(): (HoldFinding & { subject: SubjectId })[];
  exceptions(): (ExceptionFinding & { subject: SubjectId })[];
  commands(kind?: CommandKind): CommandRow[];
  /** Plans every subject once more: what it would change must be nothing. */
  planAgain(): void;
}

/** A landscape without IO: real planners, in-memory rows, targets that answer, a clock that moves when told. */
export function createWorld(options: WorldOptions): World {
  const policy = { ...testPolicy, ...options.policy };
  const store = createStore(at(options.start ?? "2026-01-02 06:00"));
  const erp = createErp(options.names ?? new Map(), options.suffix);
  const tax = createTaxService(options.rates ?? [...defaultRates]);
  const wms = createWarehouse();
  const chance = options.chance;
  const pick = chance ? (ids: SubjectId[]) => ids[chance(ids.length)] ?? ids[0]! : (ids: SubjectId[]) => ids[0]!;
  let events = 0;

  const say = (said: Said): FactOutcome => {
    const definition = contracts[said.type];
    const data = definition.schema.parse(said.data) as never;
    const fact = toFact({ id: `e${++events}`, type: said.type, source: said.source, entity: "US01", occurredAt: store.now, correlationId: "world", ...(said.subject ? { subject: said.subject } : {}), data }, store.now);
    if (!fact.ok) throw new Error(fact.error.message);
    return foldFact(store, fact.value);
  };
  const authorised: Authorised = (order, authorisation) => latestOf(store.subjects.get(subjectId({ entity: policy.entity, kind: "order", key: order }))?.facts ?? [], "payment.authorised").find(({ data }) => data.authorisation === authorisation)?.data ?? null;
  const charged: Charged = (capture) => {
    const told = latestOf(store.subjects.get(subjectId({ entity: policy.entity, kind: "receipt", key: capture }))?.facts ?? [], "receipt.recorded").find(({ source, data }) => source === "pay" && data.means === "card");
    return told ? { amount: dec(told.data.amount), authorisation: told.data.authorisation ?? null } : null;
  };
  const handlers = new Map([["shop", shop], ["crm", crm], ["erp", erp.handle], ["tax", tax.handle], ["wms", wms.handle], ["pay", createPayments(authorised, charged)]]);
  const shuffled = (rows: CommandRow[]) => (chance ? rows.map((row) => ({ row, key: chance(1 << 20) })).sort((a, b) => a.key - b.key).map(({ row }) => row) : rows.sort((a, b) => a.createdAt.localeCompare(b.createdAt)));
  const delivery = createDelivery(store, handlers, erp, say, shuffled);

  const settle = () => {
    for (let round = 0; ; round++) {
      if (round > 200) throw new Error(`commands do not come to rest: ${commandRows(store).filter((row) => row.state === "wanted").map((row) => `${row.naturalKey} attempts ${row.attempts}`).join("; ")}`);
      planToQuiescence(store, options.planners, policy, pick);
      if (!delivery.round() && store.dirty.size === 0) return;
    }
  };

  const tellRaw = (told: Told): FactOutcome => {
    const definition = contracts[told.type];
    const data = definition.schema.parse(told.data) as never;
    const fact = toFact({ id: `e${++events}`, type: told.type, source: told.source ?? speaker(told.type), entity: told.entity ?? policy.entity, occurredAt: told.at, correlationId: "script", ...(told.subject ? { subject: told.subject } : {}), data }, store.now);
    if (!fact.ok) throw new Error(fact.error.message);
    return foldFact(store, fact.value);
  };

  const known = new Set(options.unknown ?? []);
  /** Masters that a script does not care about: an active customer with much credit, an active item sold by the each. */
  const inventMasters = (told: Told) => {
    const data = told.data as { lines?: { item?: string; components?: { item: string }[] }[]; parties?: Record<string, string | undefined> };
    if (told.type === "customer.described" || told.type === "item.described" || told.type === "credit.positioned") known.add(`${told.type}/${String((told.data as Record<string, unknown>)[told.type === "customer.described" ? "customer" : told.type === "item.described" ? "item" : "account"])}`);
    const items = (data.lines ?? []).flatMap((line) => [line.item, ...(line.components ?? []).map((component) => component.item)]);
    for (const code of items) if (code && !known.has(code) && !known.has(`item.described/${code}`)) { known.add(code); tellRaw(item(code)); }
    for (const code of Object.values(data.parties ?? {})) {
      if (!code || known.has(code)) continue;
      known.add(code);
      if (!known.has(`customer.described/${code}`)) tellRaw(customer(code));
      if (!known.has(`credit.positioned/${code}`)) tellRaw(credit(code, 1, "2026-01-01 00:00", "1000000.00", "0.00"));
    }
  };

  const deliver = (thing: Sayable): FactOutcome => {
    const ready = settled(thing);
    const told = isLater(ready) ? ready.say(world) : ready;
    if (told === null) return "repeated";
    inventMasters(told);
    if (told.type === "shipment.confirmed") wms.physically(contracts["shipment.confirmed"].schema.parse(told.data));
    return tellRaw(told);
  };

  const nextTime = (): Instant | null => earliest(delivery.nextDue(), ...[...store.subjects.values()].map((state) => state.plan?.nextReviewAt).filter((time) => time != null && time > store.now));
  const advance = (to: string) => {
    const end = at(to);
    if (end < store.now) return;
    settle();
    for (let step = 0; ; step++) {
      const next = nextTime();
      if (next === null || next > end) break;
      if (step > 5000) throw new Error(`time does not pass: ${next} again`);
      store.now = next;
      for (const state of store.subjects.values()) if (state.plan?.nextReviewAt != null && state.plan.nextReviewAt <= next) store.dirty.add(state.ref.id);
      settle();
    }
    store.now = end;
    settle();
  };

  let decisions = 0;
  const holds = () => [...store.subjects.values()].flatMap((state) => (state.plan?.holds ?? []).map((hold) => ({ ...hold, subject: state.ref.id })));
  const decideFact = (subject: SubjectId, type: EventType, data: unknown, author: string) => {
    const fact = toFact({ id: `d${decisions}`, type, source: `person:${author}`, entity: policy.entity, occurredAt: store.now, correlationId: "script", subject: parseSubjectId(subject), data: contracts[type].schema.parse(data) }, store.now);
    if (fact.ok) foldFact(store, fact.value);
  };

  const world: World = {
    store, erp, tax, wms, delivery, policy, settle, advance, deliver, holds,
    tell: (...things) => {
      let outcome: FactOutcome = "accepted";
      for (const thing of things) {
        const told = settled(thing);
        if (told.at > store.now) advance(told.at);
        outcome = deliver(told);
        settle();
      }
      return outcome;
    },
    decide: (decision) => {
      const found = holds().filter((hold) => hold.rule === decision.rule && (decision.where?.(hold) ?? true));
      const author = decision.author ?? "ann";
      for (const hold of found)
        decideFact(hold.subject, "hold.decided", {
          decision: `D-${++decisions}`, rule: hold.rule, slot: hold.slot, digest: hold.digest, verdict: decision.verdict ?? "approve", ...(hold.currency === null ? {} : { currency: hold.currency }), total: hold.amount,
          ...(decision.consequence ? { consequence: decision.consequence } : {}), ...(decision.quantity ? { quantity: decision.quantity } : {}), ...(decision.amount ? { amount: decision.amount } : {}),
          reason: decision.reason ?? "checked", author,
        }, author);
      settle();
      return found.length;
    },
    decideCommand: (naturalKey, verdict) => {
      const row = commandRows(store).find((candidate) => candidate.naturalKey === naturalKey);
      if (!row) throw new Error(`no command ${naturalKey}`);
      decideFact(row.subject, "command.decided", { decision: `D-${++decisions}`, naturalKey, verdict, reason: "checked", author: "ann" }, "ann");
      settle();
    },
    fault: (fault) => { delivery.faults.push(fault); },
    exceptions: () => [...store.subjects.values()].flatMap((state) => (state.plan?.exceptions ?? []).map((exception) => ({ ...exception, subject: state.ref.id }))),
    commands: (kind) => commandRows(store).filter((row) => kind === undefined || row.kind === kind),
    planAgain: () => { for (const id of [...store.subjects.keys()]) planSubject(store, options.planners, policy, id); },
  };
  tellRaw(periods(1, "2026-01-01 00:00"));
  settle();
  return world;
}

