import type { CommandView } from "../../commands";
import type { OrderCaptured } from "../../contracts/order";
import { localDay } from "../../calendar";
import { zero } from "../../decimal";
import type { Known } from "../../facts";
import type { Day, Instant } from "../../instant";
import type { PlanInput } from "../../plan";
import { modeFor, type Policy } from "../../policy";
import type { BillingState, CreditAnswer, DuplicateAnswer } from "../../publications";
import { subjectId, type SubjectKind } from "../../subject";
import { digestFor, type JudgedHold } from "./approval";
import { billLine, type LineBilling } from "./billing/amounts";
import { orderCharges, type OrderCharge } from "./billing/charges";
import { priceHistory, type PriceHistory } from "./billing/history";
import { codebook, warehouseWords, type Codebook } from "./codes";
import { readEstimate, taxQuestion, type EstimateState } from "./estimate";
import { openGoods, requestsByGoods, warehoused, type OpenGoods } from "./fulfilment/open";
import { readRequests, settleRequests, type FulfilmentRequest } from "./fulfilment/requests";
import { rejectedAt } from "./gates/rejections";
import { ruleOnExcess } from "./gates/over-shipment";
import { unpricedHold } from "./gates/price";
import { billingProblem, orderedItems } from "./gates/shipment-data";
import { readCancels, type UnclearCancel } from "./lines/cancels";
import { committedLines, floorOf, type LooseShipment } from "./lines/changes";
import { frozenExcess } from "./lines/frozen-excess";
import { impossibleValues } from "./lines/impossible";
import { packChanges, withKeptPacks, type PackChange } from "./lines/packs";
import { soldLines, type Problem, type SoldLine } from "./lines/sold";
import { lineValues, type LineValue } from "./lines/value";
import { frozenByLine, goodsFinder, partKey, shippedByLine, walkLine, type LineWalk, type Shipped, type UnknownShipped } from "./lines/walk";
import { partiesOf, type Parties } from "./parties";
import type { OrderRecord } from "./record";

/** A line with everything that is known and reckoned about it. */
export interface LineView {
  line: SoldLine;
  value: LineValue;
  walk: LineWalk;
  billing: LineBilling;
  goods: OpenGoods[];
  /** Why its shipped goods may not be billed, by shipment line. */
  shipmentProblems: { key: string; problem: Problem; shipped: Shipped }[];
  overShipment: JudgedHold | null;
  /** What was said of its zero price, where it has one without a reason. */
  unpriced: JudgedHold | null;
  /** When excess that is being taken back must have come. */
  excessBackBy: Instant | null;
}

/** The whole order as the planner's parts look at it. Built once for each plan. */
export interface OrderView {
  key: string;
  record: OrderRecord;
  order: OrderCaptured;
  currency: string;
  now: Instant;
  policy: Policy;
  book: Codebook;
  parties: Parties;
  /** What its credit account and its bill-to answered; null until they did. */
  credit: CreditAnswer | null;
  duplicate: DuplicateAnswer | null;
  charges: OrderCharge[];
  headerProblems: Problem[];
  lines: LineView[];
  byId: ReadonlyMap<string, LineView>;
  estimate: EstimateState;
  history: PriceHistory;
  requests: FulfilmentRequest[];
  states: ReadonlyMap<string, BillingState>;
  unknownShipped: UnknownShipped[];
  packChanges: PackChange[];
  unclearCancels: UnclearCancel[];
  /** What approvals of the whole order are bound to; reckoned when first asked for. */
  digest(): string;
  /** The entity's calendar day now. */
  today: Day;
  /** No command may ever be made for it: history, or a route not yet live. */
  observing: boolean;
}

/** Builds the view: codes resolved, changes weighed, quantities walked, shipped goods priced. Pure and linear in lines and facts. */
export function viewOf(input: PlanInput, record: OrderRecord): OrderView {
  const { policy, now } = input;
  const order = record.current;
  const spoken = codebook(input.reference, record.source, policy), book = withKeptPacks(spoken, input.facts);
  const parties = partiesOf(order, record.source, book);
  const { charges, problems } = orderCharges(order, record.source, book);
  const read = soldLines(record.versions.map(({ data }) => data), order, book, record.source);
  const values = lineValues(read, order);
  const impossible = impossibleValues(order, record.source, read, values, charges);
  const sold = read.map((line) => { const problem = impossible.lines.get(line.id); return problem ? { ...line, problems: [...line.problems, problem] } : line; });
  const estimate = readEstimate(record, taxQuestion(record, parties, sold, values, charges, policy.calendar), policy);
  const digest = once(() => digestFor(record, parties, sold));

  const words = warehouseWords(input.reference, policy);
  const requests = readRequests(record, words);
  const find = goodsFinder(sold);
  settleRequests(requests, record.shipments, (row) => find(row)?.goods.key ?? row.orderLine);
  const { byLine: shipped, unknown } = shippedByLine(record.shipments, sold);
  const loose = looseShipments(shipped);
  const cancels = readCancels(record, sold, book);
  const committed = committedLines(record, sold, cancels.byLine, { held: floorOf(requests, loose), left: floorOf([], loose) }, rejectedAt(record, digest));
  const frozen = frozenByLine(record.states, input.subject.key);
  const index = requestsByGoods(requests);
  const asks = groupBySlot(record.commands.get("request_allocation") ?? []);
  const history = priceHistory(record, book);
  const headerProblems = [...parties.problems, ...problems, ...impossible.header];
  const billable = impossible.header.length === 0 && headerProblems.every(({ code }) => !code.startsWith("MAP"));

  const ordered = orderedItems(record, book, requests);

  const lines = sold.map((line): LineView => {
    const value = values.get(line.id) as LineValue;
    const rows = shipped.get(line.id) ?? [];
    const shipmentProblems = rows.flatMap((shipped) => { const problem = billingProblem(shipped, parties, ordered); return problem ? [{ key: partKey(input.subject.key, shipped), problem, shipped }] : []; });
    const wrong = new Set(shipmentProblems.map(({ key }) => key));
    const walk = walkLine(input.subject.key, line, committed.get(line.id) ?? nothing, rows, frozen.get(line.id) ?? [], wrong);
    const { hold, ruling, backBy = null } = ruleOnExcess({ record, policy, walk, levels: frozenExcess(walk.parts, frozen.get(line.id) ?? []).levels, value, estimate, now, digest: () => digestFor(record, parties, [line]) });
    const unpriced = unpricedHold({ order, book, parties, currency: order.currency, record, policy }, line);
    const billing = billLine(walk, frozen.get(line.id) ?? [], { value, ruling, blocked: (part) => (!billable || line.problems.length > 0 || wrong.has(part.key) ? "blocked" : unpriced?.active ? "unpriced" : null), valueWhenFrozen: (entry, from) => history.valueWhenFrozen(line, value, entry, from) }, order.currency);
    const goods = warehoused(line) || (line.kit && line.source.method === "stock") ? walk.moved.map((moved) => openGoods(record, walk, moved, index.get(moved.key) ?? [], asks.get(moved.key) ?? [], words)) : walk.moved.map((moved) => openGoods(record, walk, moved, [], [], words));
    return { line, value, walk, billing, goods, shipmentProblems, overShipment: hold, excessBackBy: backBy, unpriced };
  });
  const answerOf = <T>(answers: readonly Known<T>[], kind: SubjectKind, key: string): T | null => {
    const account = subjectId({ entity: input.subject.entity, kind, key });
    return answers.find(({ source }) => source === account)?.data ?? null;
  };
  return {
    key: input.subject.key, record, order, currency: order.currency, now, policy, book, parties, charges,
    credit: answerOf(record.credits, "credit_account", parties.creditAccount), duplicate: answerOf(record.duplicates, "bill_to_account", parties.billTo), headerProblems, lines, byId: new Map(lines.map((row) => [row.line.id, row])), estimate, history, requests,
    states: new Map(record.states.map((state) => [state.unit, state])), unknownShipped: unknown, packChanges: packChanges(spoken, input.facts), unclearCancels: cancels.unclear, digest, today: localDay(policy.calendar, now),
    observing: (["orders", "warehouse", "tax"] as const).every((capability) => modeFor(policy, capability, "order", order.placed) === "observe"),
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

const nothing = { ordered: zero, cancelled: zero, cancellations: [], unmet: zero };

function looseShipments(shipped: ReadonlyMap<string, readonly Shipped[]>): Map<string, LooseShipment[]> {
  const byGoods = new Map<string, LooseShipment[]>();
  for (const rows of shipped.values())
    for (const row of rows) {
      const entry = { at: row.shippedAt, quantity: row.quantity };
      const present = byGoods.get(row.goods.key);
      if (present) present.push(entry);
      else byGoods.set(row.goods.key, [entry]);
    }
  return byGoods;
}

function groupBySlot(commands: readonly CommandView[]): Map<string, CommandView[]> {
  const groups = new Map<string, CommandView[]>();
  for (const command of commands) {
    const group = groups.get(command.slot);
    if (group) group.push(command);
    else groups.set(command.slot, [command]);
  }
  return groups;
}
