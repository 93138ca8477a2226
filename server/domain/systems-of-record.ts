import { anothersNumber } from "./authorisation-owner";
import { canonicalJson, commandKinds, samePayload, type Capability, type CommandView } from "./commands";
import type { EventData, EventType } from "./contracts/registry";
import { ofType, type Fact } from "./facts";
import { ownsItsOrders, speaksAnyway } from "./order-owner";
import { asHeard, handedOver, otherMoney, withHandedOver, type Handed, type OtherMoney } from "./receipts-of-one-number";
import { namesItself, tellTheirOwn } from "./receipts-of-return";
import { ofServices } from "./service-confirmation";
import { contentsOf, shipmentChoice } from "./shipment-choice";
import type { ExceptionFinding, Plan, PlanInput, Planner } from "./plan";

/** Who may say what a contract says (domain reference 2.11). */
interface Assignment {
  /** What its document is, in a sentence. */
  noun: string;
  /** Settings that name the system of record. */
  facts: readonly string[];
  /** Whose routes lead to a system of record. */
  capability: Capability;
  /** A record that one system keeps whole. Else every document is its own, and each system that a route leads to keeps its documents. */
  master?: true;
  /** The system that told the order may say it of its own order too: to the order itself, or to a subject that asks the order whose it is. */
  ofOrder?: "here" | "asked";
  /** Its number is somebody else's: each system of record has a document of its own under it. */
  each?: true;
  /** Its own sender took it back. */
  withdrawn?(data: unknown): boolean;
}
const assigned = <T extends EventType>(type: T, noun: string, facts: readonly string[], capability: Capability, more: Pick<Assignment, "master" | "ofOrder" | "each"> & { withdrawn?(data: EventData<T>): boolean } = {}): [string, Assignment] =>
  [type, { noun, facts, capability, ...more }];

const assignments: ReadonlyMap<string, Assignment> = new Map([
  assigned("order.captured", "order", ["order"], "orders", { ofOrder: "here" }),
  assigned("order.cancel_requested", "cancellation", ["order"], "orders", { ofOrder: "here" }),
  assigned("order.observed", "history of order", ["order"], "orders", { ofOrder: "here" }),
  assigned("return.authorised", "authorisation of return", ["order"], "orders", { ofOrder: "asked", withdrawn: ({ refused }) => refused }),
  assigned("customer.described", "customer", ["customer"], "finance", { master: true }),
  assigned("item.described", "item", ["item"], "finance", { master: true }),
  assigned("price.agreed", "price agreement", ["price"], "finance", { master: true }),
  assigned("periods.described", "periods of", ["periods"], "finance", { master: true }),
  assigned("credit.positioned", "credit position of", ["credit"], "finance", { master: true }),
  assigned("stock.allocated", "allocation of line", ["allocation"], "warehouse"),
  assigned("fulfilment.progressed", "request", ["shipment"], "warehouse"),
  assigned("shipment.confirmed", "shipment", ["shipment"], "warehouse", { withdrawn: ({ reversed }) => reversed }),
  assigned("return.received", "receipt of return", ["shipment"], "warehouse", { each: true }),
  assigned("shipment.delivered", "delivery of shipment", ["delivery"], "transport"),
  assigned("shipment.expected", "delivery date of shipment", ["delivery"], "transport"),
  assigned("tax.determined", "tax of", ["tax"], "tax"),
  assigned("tax.record_changed", "tax record", ["tax"], "tax"),
  assigned("ledger.document_read", "ledger document", ["invoice"], "finance", { withdrawn: ({ state }) => state === "voided" }),
  assigned("payment.authorised", "payment authorisation", ["payment"], "payments", { ofOrder: "here", withdrawn: ({ state }) => state !== "authorised" }),
  assigned("refund.settled", "refund", ["payment", "receipt"], "payments"),
  assigned("receipt.recorded", "receipt", ["receipt", "payment"], "payments", { withdrawn: ({ reversed }) => reversed }),
]);

/** Money that a word is about, as whoever says it has it: what is at stake while it is not believed. */
const moneySaid: { readonly [T in EventType]?: (data: EventData<T>) => { amount: string; currency: string } } = {
  "receipt.recorded": ({ amount, currency }) => ({ amount, currency }), "refund.settled": ({ amount, currency }) => ({ amount, currency }), "payment.authorised": ({ amount, currency }) => ({ amount, currency }),
  "credit.positioned": ({ limit, currency }) => ({ amount: limit, currency }), "ledger.document_read": ({ total, currency }) => ({ amount: total ?? "0", currency }),
};

/** What the order desk confirms itself, shipments of services alone, is the order system's word. */
const services: Assignment = { noun: "service confirmation", facts: ["order"], capability: "orders", ofOrder: "asked", withdrawn: (data) => (data as EventData<"shipment.confirmed">).reversed };

type Known = Pick<PlanInput, "facts" | "policy"> & { commands?: readonly CommandView[] };
const isPerson = (source: string): boolean => source.startsWith("person:");

/**
 * The system that an order is of: the order system of record, else whoever was first heard of it. By our own time: nobody
 * takes an order over by an earlier date. Null while no order is known.
 */
export function ownerOf({ facts, policy }: Pick<PlanInput, "facts" | "policy">): string | null {
  const told = ofType(facts, "order.captured").toSorted((a, b) => a.recordedAt.localeCompare(b.recordedAt) || a.occurredAt.localeCompare(b.occurredAt) || a.source.localeCompare(b.source));
  return (told.find(({ source }) => source === policy.systemsOfRecord["order"]) ?? told[0])?.source ?? null;
}

/** Systems of record of what a contract says; where several speak of one document, the first one counts. */
interface Standing {
  present: readonly string[];
  /** Count where the present ones are silent, and are no news beside them: holders of copies, and who was asked before a route moved. */
  behind: readonly string[];
  /** Do not count, and are no news yet. */
  unanswered?: readonly string[];
  /** The number that the order's own source names is of another's orders: whose. */
  another?: string;
  /** Of those behind, owners of the orders that they name: where another is believed, that is news. */
  owners?: readonly string[];
}

function standingOf({ policy, commands = [] }: Known, { facts, capability, master }: Assignment, own: readonly string[]): Standing {
  const named = facts.flatMap((fact) => policy.systemsOfRecord[fact] ?? []);
  const routed = policy.routes.filter((route) => route.capability === capability).map(({ connector }) => connector);
  const before = [...(policy.formerSystems?.[capability] ?? []), ...commands.filter(({ kind }) => commandKinds[kind].capability === capability).map(({ connector }) => connector)];
  // Each once: an order has a command for each of its lines, and every document is held against these.
  const once = (...systems: string[]): string[] => [...new Set(systems)];
  return master ? { present: once(...named), behind: once(...before, ...routed) } : { present: once(...named, ...routed), behind: once(...own, ...before) };
}

/** Rules that name no system of record (of history that is only kept) believe whoever speaks. */
const unassigned = ({ policy }: Known, { facts }: Assignment): boolean => facts.every((fact) => policy.systemsOfRecord[fact] === undefined);

/** What the systems of record tell of other money under a receipt's number (card and not card). */
function otherMoneyOf(known: Known, receipt: Handed): OtherMoney | null {
  const assignment = assignments.get("receipt.recorded");
  if (!assignment || ofType(receipt.facts, "receipt.recorded").length < 2 || unassigned(known, assignment)) return null;
  const { present, behind } = standingOf(known, assignment, []);
  return otherMoney(receipt, (source) => present.includes(source) || behind.includes(source));
}

interface Claim { fact: Fact; noun: string; /** The system that counts, or would. */ system: string; /** What it says of the same document, if anything. */ record: Fact | null; /** Whose number it names. */ another?: string }
interface Split { facts: readonly Fact[]; claims: Claim[] }

/** What was parted last of a list of facts, and how long the list was: it only grows, and a plan looks at it several times. */
const parted = new WeakMap<readonly Fact[], Pick<Known, "policy" | "commands"> & { count: number; split: Split }>();

/** Parts what counts from what others say. The same list comes back where everything counts. */
function split(given: Known): Split {
  const { facts, policy, commands } = given, last = parted.get(facts);
  if (last?.count === facts.length && last.policy === policy && last.commands === commands) return last.split;
  const split = partedAnew(given);
  parted.set(facts, { count: facts.length, policy, ...(commands ? { commands } : {}), split });
  return split;
}

function partedAnew(given: Known): Split {
  const receipt = withHandedOver(given.facts), { facts } = receipt, known = facts === given.facts ? given : { ...given, facts };
  const owner = ownerOf(known), own = owner === null ? [] : [owner];
  const apart = new Set(otherMoneyOf(known, receipt)?.told);
  const left = new Set<Fact>(apart), claims: Claim[] = [];
  for (const [type, assignment] of assignments) {
    const all = ofType(facts, type), told = apart.size === 0 ? all : all.filter((fact) => !apart.has(fact));
    if (told.length === 0 || unassigned(known, assignment) || (assignment.ofOrder === "here" && owner === null)) continue;
    const standing = type === "order.captured" ? { present: own, behind: [] } : standingOf(known, assignment, assignment.ofOrder === "here" ? own : []);
    for (const same of groups(told, assignment)) {
      if (type === "shipment.confirmed") for (const document of shipmentsOf(known, same, assignment, standing)) sift(...document, left, claims);
      else if (type === "receipt.recorded") sift(same, assignment, { ...standing, present: asHeard(standing.present, same) }, left, claims);
      else sift(same, assignment, type === "payment.authorised" ? ofItsNumber(known, same, owner, standing) : withOwners(known, same, assignment, standing), left, claims, told);
    }
  }
  return left.size === 0 ? { facts, claims } : { facts: facts.filter((fact) => !left.has(fact)), claims };
}

type Document = [same: readonly Fact[], assignment: Assignment, standing: Standing];
/**
 * What stands under one shipment number: a warehouse's shipment, or a person's choice of one, and services that others confirm there.
 * These are documents of their own (decision 20), one for each source that names other orders: none takes another's back. What is neither
 * is held against the shipment, else against the services.
 */
function shipmentsOf(known: Known, same: readonly Fact[], goods: Assignment, warehouses: Standing): Document[] {
  const chosen = chosenFirst(known.facts, same, warehouses), isOf = ({ present, behind }: Standing) => ({ source }: Fact) => present.includes(source) || behind.includes(source);
  const bySource = [...Map.groupBy(same.filter((fact) => !isOf(chosen)(fact) && !isPerson(fact.source)), ({ source }) => source).values()].filter((told) => told.every(({ data }) => ofServices(data as EventData<"shipment.confirmed">)));
  const confirmed = bySource.flat(), rest = same.filter((fact) => !confirmed.includes(fact));
  if (confirmed.length === 0) return [[same, goods, chosen]];
  const desks = withOwners(known, confirmed, services, standingOf(known, services, [])), rank = [...desks.present, ...desks.behind];
  const place = ([fact]: readonly Fact[]) => (fact && rank.includes(fact.source) ? rank.indexOf(fact.source) : rank.length);
  const documents: { orders: Set<string>; told: Fact[] }[] = [];
  for (const told of bySource.toSorted((a, b) => place(a) - place(b))) {
    const orders = told.flatMap(({ data }) => (data as EventData<"shipment.confirmed">).lines.map(({ order }) => order)), present = documents.find((document) => orders.some((order) => document.orders.has(order)));
    if (present) { present.told.push(...told); for (const order of orders) present.orders.add(order); }
    else documents.push({ orders: new Set(orders), told });
  }
  const hasGoods = rest.some(isOf(chosen));
  return [...(hasGoods ? [[rest, goods, chosen] satisfies Document] : []), ...documents.map(({ told }, index): Document => [index > 0 || hasGoods ? told : [...told, ...rest], services, desks])];
}

/**
 * Whoever owns the orders that it names speaks behind the systems of record: all that it names under this document's number, in any
 * version. Whom an order has not answered yet is heard of later.
 */
function withOwners({ facts }: Known, same: readonly Fact[], { ofOrder }: Assignment, standing: Standing): Standing {
  if (ofOrder !== "asked") return standing;
  const others = same.filter(({ source }) => !standing.present.includes(source) && !standing.behind.includes(source) && !isPerson(source));
  const answers = [...Map.groupBy(others, ({ source }) => source)].map(([source, told]) => ({ source, owns: told.map((fact) => ownsItsOrders(facts, fact)) }));
  const unanswered = answers.filter(({ owns }) => owns.includes(undefined) && !owns.includes(false)), owners = answers.filter(({ owns }) => owns.every((each) => each === true));
  return { ...standing, behind: [...standing.behind, ...owners.map(({ source }) => source)], owners: owners.map(({ source }) => source), unanswered: unanswered.map(({ source }) => source) };
}

/** Whoever is a source of orders and no more names only numbers that are of its own orders: the provider's, and another's checkout's, are not its to use. */
function ofItsNumber({ facts, policy, commands = [] }: Known, same: readonly Fact[], owner: string | null, standing: Standing): Standing {
  const claim = owner === null || standing.present.includes(owner) || speaksAnyway(policy, owner) ? undefined : same.find(({ source }) => source === owner);
  if (owner === null || claim === undefined || authorisersOf({ policy, commands })?.(owner)) return standing;
  const another = anothersNumber(facts, claim, owner);
  if (another === null) return standing;
  return { ...standing, behind: standing.behind.filter((system) => system !== owner), ...(another === undefined ? { unanswered: [owner] } : { another }) };
}

/** Who says for which orders an authorisation is, whoever these are of; null where the rules name no system of record of payments. */
export function authorisersOf({ policy, commands }: Omit<Known, "facts">): ((source: string) => boolean) | null {
  const assignment = assignments.get("payment.authorised"), known: Known = { facts: [], policy, ...(commands ? { commands } : {}) };
  if (!assignment || unassigned(known, assignment)) return null;
  const { present, behind } = standingOf(known, assignment, []);
  return (source) => isPerson(source) || present.includes(source) || behind.includes(source);
}

function groups(told: readonly Fact[], { master }: Assignment): Iterable<readonly Fact[]> {
  if (told.length === 1 || master) return [told];
  const byDocument = new Map<string, Fact[]>();
  for (const fact of told) {
    const same = byDocument.get(fact.document);
    if (same) same.push(fact); else byDocument.set(fact.document, [fact]);
  }
  return byDocument.values();
}

/**
 * One document: the first system that speaks of it counts (each that tells its own, where the number is somebody else's), and
 * people; what else is said is left, and told of unless it comes from a known holder of copies. An owner of the orders that it names holds none.
 */
function sift(same: readonly Fact[], assignment: Assignment, { present, behind, unanswered = [], owners = [], another }: Standing, left: Set<Fact>, claims: Claim[], told = same): void {
  const sources = new Set(same.map(({ source }) => source)), speaking = (systems: readonly string[]) => systems.filter((system) => sources.has(system));
  const each = assignment.each && !same.some(namesItself) ? speaking([...present, ...behind]) : [];
  const counts = each.length > 0 ? tellTheirOwn(each, same, told) : speaking([...present, ...behind]).slice(0, 1);
  const newest = new Map<string, Fact>();
  for (const fact of same) {
    if (!counts.includes(fact.source) && !isPerson(fact.source)) left.add(fact);
    const before = newest.get(fact.source);
    if (!before || fact.version >= before.version) newest.set(fact.source, fact);
  }
  const records = counts.flatMap((system) => newest.get(system) ?? []), record = records[0] ?? null;
  for (const fact of newest.values()) {
    if (!left.has(fact) || assignment.withdrawn?.(fact.data) || records.some((other) => contentOf(other) === contentOf(fact))) continue;
    if (each.includes(fact.source) || (behind.includes(fact.source) && !owners.includes(fact.source)) || unanswered.includes(fact.source) || (assignment.master && present.includes(fact.source))) continue;
    claims.push({ fact, noun: assignment.noun, system: record?.source ?? present[0] ?? "", record, ...(another !== undefined ? { another } : {}) });
  }
}

/** A person said whose shipment counts under a number that two use: no news as long as both say what they said then. */
function chosenFirst(facts: readonly Fact[], same: readonly Fact[], standing: Standing): Standing {
  const choice = shipmentChoice(facts, same[0]?.document ?? "");
  if (!choice) return standing;
  const others = samePayload(choice.contents, contentsOf(same)) ? Object.keys(choice.contents) : [];
  return { present: [choice.source, ...standing.present], behind: [...standing.behind, ...others] };
}

const contentOf = ({ data }: Fact): string => { const { version: _version, at: _at, ...said } = data as { version?: unknown; at?: unknown }; return canonicalJson(said); };

/**
 * CTR-02: the system of record says something else of the same document. CTR-03: it says nothing of it. One for each
 * sender and kind of fact; it ends when the system of record says the same, or the sender takes it back. The money that is told is shown:
 * beside a receipt it may be of its own.
 */
function findings(claims: readonly Claim[]): ExceptionFinding[] {
  const found = new Map<string, ExceptionFinding>();
  for (const { fact, noun, system, record, another } of claims) {
    const { source, type, document } = fact, code = record || another !== undefined ? "CTR-02" as const : "CTR-03" as const;
    if (found.has([code, source, type].join("|"))) continue;
    const message = another !== undefined ? `${source} names ${noun} ${document}, which is another's (${another}): kept, and nothing is captured on it or given back.` : record ? `${source} says something else of ${noun} ${document} than ${system}, the system of record: ${system} counts.` : `${source} tells of ${noun} ${document} and is not its system of record: kept, and nothing follows until ${system} says so.`;
    const money = (moneySaid[type as EventType] as ((data: unknown) => { amount: string; currency: string }) | undefined)?.(fact.data);
    found.set([code, source, type].join("|"), { code, fingerprint: { connector: source, code: type }, stops: [], amount: money?.amount ?? "0", currency: money?.currency ?? null, message, since: fact.recordedAt });
  }
  return [...found.values()];
}

/** What a planner may act on: the facts of the systems of record, of people and of the tower itself. */
export const believed = <T extends Known>(known: T): T => {
  const { facts } = split(known);
  return facts === known.facts ? known : { ...known, facts };
};

/** What stands beside the system of record's word: of whom, and that nothing follows. */
export const othersSay = (known: Known): ExceptionFinding[] => findings(split(known).claims);

const showing = (plan: Plan, told: ExceptionFinding[]): Plan => ({
  ...plan, exceptions: [...plan.exceptions, ...told], sentence: plan.sentence ?? told[0]?.message ?? null,
  summary: { ...plan.summary, facets: [...new Set([...plan.summary.facets, "exception"])] },
});

/** A planner that acts on what the systems of record say, and shows what anybody else does (2.11). */
export const onRecord = (planner: Planner): Planner => ({
  dependencies: (input) => planner.dependencies(believed(input)),
  plan: (input) => {
    const { facts, claims } = split(input);
    const plan = planner.plan(facts === input.facts ? input : { ...input, facts });
    return claims.length === 0 ? plan : showing(plan, findings(claims));
  },
});

/** A receipt's planner that hands on what is told of other money under its number. Around the one that parts what counts. */
export const handsOver = (planner: Planner): Planner => ({
  ...planner,
  plan: (input) => {
    const plan = planner.plan(input), more = handedOver(input.subject, otherMoneyOf(input, withHandedOver(input.facts)));
    return more.length === 0 ? plan : { ...plan, publications: [...plan.publications, ...more] };
  },
});
