import type { WantedCommand } from "../../../commands";
import { min, sumOf, zero, type Decimal } from "../../../decimal";
import { addMs, type Instant } from "../../../instant";
import { moneyText } from "../../../money";
import type { CommandPayloads } from "../../../payloads";
import { digestFor, judge, orderSlot } from "../approval";
import type { Gates } from "../gates/approve";
import type { OrderMoney } from "../books/money";
import { lineTotal } from "../lines/total";
import type { LineView, OrderView } from "../view";
import { kitPieces } from "./kits";
import { warehoused, type OpenGoods } from "./open";
import type { FulfilmentRequest } from "./requests";
import type { Wave } from "./wave";

interface Releasable { row: LineView; goods: OpenGoods; quantity: Decimal; warehouse: string | null }

/** What was reserved first waits so long for answers to what was asked beside it. */
const gatheringMs = 60_000;

/** When the first wave goes whatever is still unanswered; null where nothing is. Later waves wait for nothing. */
function gathersUntil(view: OrderView, due: readonly LineView[]): Instant | null {
  if (view.requests.length > 0) return null;
  const pending = due.flatMap((row) => row.goods).filter(({ reservation, unallocated }) => reservation === null && unallocated.gt(0)).flatMap(({ asks }) => asks.filter(({ state }) => state === "wanted" || state === "sending" || state === "unknown"));
  const until = pending.map(({ createdAt }) => addMs(createdAt, gatheringMs)).sort().at(-1);
  return until !== undefined && until > view.now ? until : null;
}

/**
 * Bundles what is reserved by warehouse; a request that never left is filled anew, one that left is never touched. The first
 * wave goes when all that was asked for is answered, so that answers moments apart do not make two shipments of an order.
 */
export function release(view: OrderView, money: OrderMoney, gates: Gates, due: readonly LineView[], wave: Wave): void {
  const until = gathersUntil(view, due);
  if (until !== null) { wave.reviewAt.push(until); return; }
  const blockedLines = incompleteHolds(view, money, gates, due, wave);
  const groups = new Map<string, Releasable[]>();
  for (const row of due) {
    if (gates.priceHolds.has(row.line.id) || blockedLines.has(row.line.id)) continue;
    for (const goods of row.goods) {
      const quantity = row.line.kit ? min(goods.allocated, kitPieces(row, goods).missing) : goods.allocated;
      if (quantity.isZero()) continue;
      const warehouse = row.line.warehouse ?? goods.reservation?.warehouse ?? null;
      if (row.line.warehouse === null && unreadable(view, row, goods, wave)) continue;
      if (refusedBefore(view, goods, warehouse, wave)) continue;
      const group = groups.get(warehouse ?? "") ?? [];
      group.push({ row, goods, quantity, warehouse });
      groups.set(warehouse ?? "", group);
    }
  }
  const taken = new Set<string>();
  let next = view.requests.reduce((most, request) => Math.max(most, request.number), 0) + 1;
  for (const [name, rows] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const reuse = view.requests.find((request) => request.state === "open" && (request.warehouse ?? "") === name && !taken.has(request.id));
    const id = reuse?.id ?? `${view.key}-R${next++}`;
    taken.add(id);
    wave.wanted.push(releaseCommand(view, gates, id, rows));
  }
}

function releaseCommand(view: OrderView, gates: Gates, id: string, rows: readonly Releasable[]): WantedCommand {
  const { order, parties } = view;
  const payload: CommandPayloads["release_to_warehouse"] = {
    reference: id, order: view.key, request: id, warehouse: rows[0]?.warehouse ?? null, customer: parties.customer, shipTo: order.shipToAddress, carrier: null,
    shipOn: order.requestedShip ?? null, purchaseOrder: order.purchaseOrder ?? null,
    lines: rows.map(({ row, goods, quantity }) => ({ line: goods.moved.key, item: goods.moved.goods.item, quantity: quantity.toFixed(), substitutionAllowed: row.line.source.substitutionAllowed, component: goods.moved.goods.component })),
  };
  const since = rows.reduce<Instant>((latest, { goods }) => ((goods.reservation?.at ?? "") > latest ? (goods.reservation?.at ?? "") : latest), gates.approvedAt);
  const amount = sumOf(rows, ({ row, quantity }) => (row.walk.committed.ordered.isZero() ? zero : lineTotal(view, row).times(quantity).div(row.walk.committed.ordered)));
  return { kind: "release_to_warehouse", slot: id, sequence: 1, payload: { ...payload }, blockedBy: gates.releaseBlockedBy, amount: { amount: moneyText(amount, view.currency), currency: view.currency }, dueSince: since };
}

/** SHIP_COMPLETE: the customer wants the order, or each line, in one piece, and some of it is not to be had. */
function incompleteHolds(view: OrderView, money: OrderMoney, gates: Gates, due: readonly LineView[], wave: Wave): ReadonlySet<string> {
  const rule = view.order.shipRule;
  const blocked = new Set<string>();
  if (rule === "partial") return blocked;
  const mayGo = new Set(due);
  // Whole means every line: one that is reserved and may not go keeps the others as one does that is not to be had.
  const kept = (row: LineView) => rule === "complete" && (!mayGo.has(row) || gates.priceHolds.has(row.line.id));
  const missing = (row: LineView) => row.goods.some((goods) => goods.unallocated.gt(0) || (goods.allocated.gt(0) && kept(row)));
  const groups = rule === "complete" ? [{ slot: orderSlot, rows: view.lines.filter((row) => warehoused(row.line)), amount: money.unreleasedTotal }] : due.map((row) => ({ slot: row.line.id, rows: [row], amount: lineTotal(view, row) }));
  for (const { slot, rows, amount } of groups) {
    const short = rows.filter(missing);
    if (short.length === 0) continue;
    const answered = short.every((row) => row.goods.every((goods) => goods.unallocated.isZero() || goods.reservation !== null)) || short.some((row) => !mayGo.has(row));
    const ready = rows.some((row) => row.goods.some((goods) => goods.allocated.gt(0)));
    const later = short.every((row) => wave.scheduled.has(row.line.id));
    if (!answered || !ready || later) { for (const row of rows) blocked.add(row.line.id); continue; }
    const hold = judge({
      rule: "SHIP_COMPLETE", slot, amount, since: short[0]?.goods[0]?.unavailableSince ?? view.record.currentRecordedAt, digest: digestFor(view.record, view.parties, rows.map((row) => row.line)),
      message: `The customer wants ${rule === "complete" ? "the order" : `line ${slot}`} complete; waiting for ${short.map((row) => row.line.item).slice(0, 3).join(", ")}${short.length > 3 ? ` and ${short.length - 3} more` : ""}`,
      evidence: { missing: short.slice(0, 20).map((row) => ({ line: row.line.id, item: row.line.item, quantity: sumOf(row.goods, (goods) => goods.unallocated).toFixed() })) },
    }, view.record.decisions, view.currency, view.policy.calendar);
    if (!hold.active) continue;
    wave.holds.push(hold);
    for (const row of rows) blocked.add(row.line.id);
  }
  return blocked;
}

/** MAP-04: nobody has said what the warehouse that reserved is called by us. */
function unreadable(view: OrderView, row: LineView, { reservation }: OpenGoods, wave: Wave): boolean {
  if (!reservation?.unmapped) return false;
  wave.exceptions.push({ ...reservation.unmapped, stops: [row.line.id], amount: moneyText(lineTotal(view, row), view.currency), currency: view.currency, since: reservation.at });
  return true;
}

/** REL-01: the warehouse said no. The same goods go to the same place again only after a person or a new version says so. */
function refusedBefore(view: OrderView, goods: OpenGoods, warehouse: string | null, wave: Wave): boolean {
  const refused: FulfilmentRequest | undefined = view.requests.findLast((request) => request.state === "refused" && request.lines.has(goods.moved.key) && request.warehouse === warehouse);
  if (!refused) return false;
  const at = refused.acceptedAt ?? "";
  if (view.record.currentRecordedAt > at || view.record.commandDecisions.some(({ data, occurredAt }) => data.naturalKey.includes(`|${refused.id}|`) && (data.verdict === "retry" || data.verdict === "restart") && occurredAt > at)) return false;
  wave.exceptions.push({ code: "REL-01", fingerprint: { partner: warehouse ?? "", code: refused.reason ?? "refused" }, stops: [goods.line.id], amount: moneyText(lineTotal(view, view.byId.get(goods.line.id) as LineView), view.currency), currency: view.currency, message: `${warehouse ?? "The warehouse"} refused request ${refused.id}: ${refused.reason ?? "no reason given"}`, since: at });
  return true;
}
