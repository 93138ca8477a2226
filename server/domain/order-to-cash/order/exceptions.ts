import type { ExceptionCode, FingerprintKey } from "../../exceptions";
import { addDays, type Instant } from "../../instant";
import { pastTarget } from "../../lateness";
import { moneyText } from "../../money";
import { dec, positive, sumOf, zero, type Decimal } from "../../decimal";
import type { ExceptionFinding } from "../../plan";
import type { Slice } from "../../movements";
import type { Gates } from "./gates/approve";
import { mergeAlike } from "./gates/validation";
import { droppedPieces } from "./fulfilment/dropped";
import { changedTooLate, returnedOf } from "./fulfilment/outdated";
import type { Recalls } from "./fulfilment/recall";
import { unheardShipments } from "./fulfilment/unheard";
import type { Wave } from "./fulfilment/wave";
import { isOpenCharge, openKey } from "./books/slices";
import { toRebill } from "./billing/billed-to";
import { foundInvoices, strangeCredits } from "./billing/found";
import type { OrderMoney } from "./books/money";
import type { UnclearCancel } from "./lines/cancels";
import { packSize } from "./lines/packs";
import type { Goods } from "./lines/sold";
import type { Refused } from "./refused";
import type { LineView, OrderView } from "./view";

/** Every exception that the order itself can see; those of shipment and invoice belong to their own subjects. */
export function exceptionsOf(view: OrderView, refused: Refused, money: OrderMoney, gates: Gates, wave: Wave, recalls: Recalls, slices: readonly Slice[]): ExceptionFinding[] {
  const found: ExceptionFinding[] = [...gates.validation.exceptions, ...wave.exceptions];
  const raise = (code: ExceptionCode, fingerprint: FingerprintKey, stops: string[], amount: Decimal, message: string, since: Instant) =>
    found.push({ code, fingerprint, stops, amount: moneyText(amount, view.currency), currency: view.currency, message, since });
  for (const row of view.lines) {
    tooLate(view, row, recalls, raise);
    shorts(view, row, raise);
    for (const { problem, shipped, key } of row.shipmentProblems)
      raise(problem.code, problem.fingerprint, [key], row.line.kit ? worthOf(row, shipped.goods, shipped.quantity) : sumOf(row.billing.unbilled.filter((part) => part.part.key === key), (part) => part.net), problem.message, shipped.shippedAt);
  }
  unwanted(view, recalls, raise);
  unclear(view, raise);
  for (const { item, unit, baseUnit, used, master, masterBase } of view.packChanges)
    raise("ORD-02", { connector: view.record.source, item, code: "pack" }, [], sumOf(view.lines.filter(({ line }) => line.item === item), ({ value, walk }) => value.upTo(walk.committed.ordered)),
      `${master === null ? `The item master has no ${unit} of ${item} any more` : `A ${unit} of ${item} holds ${packSize(master)} ${masterBase} by the item master now`}; the order was released at ${packSize(used)}${masterBase === baseUnit ? "" : ` ${baseUnit}`} and stays so until somebody says otherwise`, view.record.currentRecordedAt);
  for (const { shipment, line, item, quantity, at } of view.unknownShipped) raise("SHP-02", { code: "line" }, [shipment], view.lines.find((row) => row.line.item === item)?.value.upTo(quantity) ?? zero, `Shipment ${shipment} names line ${line} with ${item}, which order ${view.key} does not have`, at);
  for (const { request, row, moved, what, quantity } of changedTooLate(view, recalls.pending))
    raise("ORD-04", { partner: request.warehouse ?? "", code: what }, [], worthOf(row, moved.goods, quantity), `The ${what === "item" ? `item of line ${row.line.id}` : what === "ship_to" ? "ship-to address" : "requested date"} changed and request ${request.id} cannot come back: ask ${request.warehouse ?? "the warehouse"} to stop it${what === "requested_date" ? "" : ", else offer a return"}`, view.record.currentRecordedAt);
  for (const { request, lines, from } of unheardShipments(view).filter((row) => row.from <= view.now))
    raise("CMP-01", { partner: request.warehouse ?? "", code: "shipment" }, [], sumOf(lines, ([key, quantity]) => worth(view, key, quantity)),
      `${request.warehouse ?? "The warehouse"} closed request ${request.id} and no shipment of ${[...lines].map(([key, quantity]) => `${quantity.toFixed()} of line ${key}`).join(", ")} has come: fetch it`, from);
  found.push(...rebills(view));
  dates(view, money, raise);
  otherCurrency(view, money, raise);
  found.push(...notOurs(view, money), ...creditsOfOthers(view), ...refused.exceptions);
  if (!view.observing) found.push(...late(view, slices, explainedBy(found, money, refused), gates));
  return mergeAlike(found);
}

/** What so many pieces stand for in the price of their line: of a kit, the stand-alone share of this component. */
export const worthOf = (row: LineView, goods: Goods, quantity: Decimal): Decimal => row.value.upTo(quantity.times(goods.share).div(goods.per));

type Raise = (code: ExceptionCode, fingerprint: FingerprintKey, stops: string[], amount: Decimal, message: string, since: Instant) => void;

/** ORD-04: what was to be taken away has left, and no recall can still bring it back; a return that covers it ends it. */
function tooLate(view: OrderView, row: LineView, recalls: Recalls, raise: Raise): void {
  const { unmet } = row.walk.committed;
  if (unmet.isZero() || row.goods.some((goods) => recalls.pending.has(goods.moved.key))) return;
  const left = positive(unmet.minus(returnedOf(view, row)));
  if (left.isZero()) return;
  const since = view.record.cancels.at(-1)?.recordedAt ?? view.record.currentRecordedAt;
  raise("ORD-04", { item: row.line.item, code: "cancel" }, [], row.value.upTo(left), `${left.toFixed()} of line ${row.line.id} were to be cancelled and had already left: offer a return`, since);
}

const cannotMean: Readonly<Record<UnclearCancel["why"], string>> = { line: "the order has no such line", unit: "the item has no such unit", fraction: "it is sold in whole units" };

/** ORD-02: a cancel that cannot be meant takes nothing away. It ends when a version of the order makes sense of it, or a person has asked the customer. */
function unclear(view: OrderView, raise: Raise): void {
  for (const [why, rows] of Map.groupBy(view.unclearCancels, (row) => row.why)) {
    const what = rows.map(({ document, line, quantity, unit }) => `${document}: ${quantity} ${unit ?? ""}`.trimEnd() + ` of line ${line}`).join(", ");
    const worthOfAll = sumOf(rows, ({ line, quantity }) => { const row = view.byId.get(line); return row ? row.value.upTo(dec(quantity).times(row.line.perUnit)) : zero; });
    raise("ORD-02", { connector: view.record.source, code: `cancel ${why}` }, [], worthOfAll, `Not cancelled (${what}): ${cannotMean[why]}. Ask the customer what is meant and cancel that instead`, rows[0]?.at ?? view.record.currentRecordedAt);
  }
}

/** ORD-04: who is billed or who pays changed after the invoice; it ends when that is taken back or all of it is credited (2.8). */
const rebills = (view: OrderView): ExceptionFinding[] => toRebill(view).map(({ state, billedTo, what, left }) => ({
  code: "ORD-04", fingerprint: { customer: billedTo.billTo, code: `rebill/${billedTo.currency}` }, stops: [], amount: moneyText(left, billedTo.currency), currency: billedTo.currency, since: view.record.currentRecordedAt,
  message: `The ${what.join(" and the ")} changed after ${state.invoice ? `invoice ${state.invoice.number}` : "the invoice left"} (unit ${state.unit}): credit and rebill, it stands on ${billedTo.billTo}`,
}));

/** So many pieces at the line's price; pieces of a kit as so much of it. */
function worth(view: OrderView, key: string, quantity: Decimal): Decimal {
  for (const row of view.lines) for (const { moved } of row.goods) if (moved.key === key) return row.value.upTo(quantity.div(moved.goods.per));
  return zero;
}

/** ORD-04: a warehouse has in process what nobody wants (any more), and it does not come back. */
function unwanted(view: OrderView, recalls: Recalls, raise: Raise): void {
  const excess = view.lines.flatMap((row) => row.goods.flatMap(({ moved, excess }) => excess.map(({ request, quantity }) => ({ request, quantity, key: moved.key, item: moved.goods.item }))));
  for (const { request, quantity, key, item } of [...excess, ...droppedPieces(view)])
    if (!recalls.pending.has(key))
      raise("ORD-04", { partner: request.warehouse ?? "", code: "not_wanted" }, [], worth(view, key, quantity), `${request.warehouse ?? "The warehouse"} has ${quantity.toFixed()} of ${item} in process on request ${request.id} that nobody wants: ask it to stop`, request.acceptedAt ?? view.record.currentRecordedAt);
}

/** SHP-01 while the missing rest is neither reserved again, cancelled nor shipped; STK-01 where the promise cannot be kept. */
function shorts(view: OrderView, row: LineView, raise: Raise): void {
  for (const goods of row.goods) {
    const { item } = goods.moved.goods;
    if (goods.short) raise("SHP-01", { item }, [], worthOf(row, goods.moved.goods, goods.short.quantity), `${goods.short.quantity.toFixed()} of ${item} were not shipped: back order`, goods.short.at);
    const { reservation } = goods;
    if (!reservation || goods.unallocated.isZero()) continue;
    const promised = row.line.source.promised ?? view.order.promised;
    const late = promised !== undefined && reservation.backordered.gt(0) && (reservation.availableOn === null || reservation.availableOn > promised);
    if (reservation.refused !== null) raise("STK-01", { item, code: reservation.refused }, [row.line.id], worthOf(row, goods.moved.goods, goods.unallocated), `${item} cannot be reserved: ${reservation.refused}`, reservation.at);
    else if (late) raise("STK-01", { item }, [], worthOf(row, goods.moved.goods, goods.unallocated), `${goods.unallocated.toFixed()} of ${item} ${reservation.availableOn === null ? "have no date" : `come on ${reservation.availableOn}`}, promised ${promised}`, reservation.at);
  }
}

/** Cancel-after: near is SLA-01, passed with something open is ORD-04 (domain reference 1). */
function dates(view: OrderView, money: OrderMoney, raise: Raise): void {
  const { cancelAfter } = view.order;
  if (cancelAfter === undefined || !money.openQuantity) return;
  const today = view.today;
  if (today > cancelAfter) raise("ORD-04", { customer: view.parties.customer, code: "cancel-after" }, [], money.openTotal, `The customer's cancel date ${cancelAfter} has passed with goods open`, `${addDays(cancelAfter, 1)}T00:00:00.000Z`);
  else if (today >= addDays(cancelAfter, -1)) raise("SLA-01", { customer: view.parties.customer, code: "cancel-after" }, [], money.openTotal, `The customer cancels what is not shipped by ${cancelAfter}`, `${addDays(cancelAfter, -1)}T00:00:00.000Z`);
}

/** ORD-04: another currency once goods were released or billed. */
function otherCurrency(view: OrderView, money: OrderMoney, raise: Raise): void {
  const { otherCurrency: newest } = view.record;
  if (newest)
    raise("ORD-04", { customer: view.parties.customer, code: "currency" }, [], money.total, `Version ${newest.version} is in ${newest.data.currency} (/currency) and goods were released or billed in ${view.currency}: none of it counts; cancel what is open and order it anew`, newest.recordedAt);
}

/** An invoice that somebody else made: INV-03 while nothing shipped for it, and beside invoices of ours one too many (INV-05). */
const notOurs = (view: OrderView, money: OrderMoney): ExceptionFinding[] => foundInvoices(view, money.units).left.flatMap(({ data, source, occurredAt }): ExceptionFinding[] => {
  const base = { stops: [], amount: data.total ?? data.net ?? "0", currency: data.currency, since: occurredAt };
  const billed = money.units.flatMap(({ state }) => (state?.frozen ? [state] : []));
  // What else the ledger has for an order that is only watched is nobody's to reverse.
  if (view.observing && billed.length > 0 && billed.every(({ adopted }) => adopted)) return [];
  if (billed.length > 0) return [{ ...base, code: "INV-05", fingerprint: { connector: source, customer: view.parties.billTo }, message: `${data.number} is in the ledger beside our invoices for order ${view.key} and was not posted by us: reverse it there.` }];
  return view.record.advances.has(data.number) ? [] : [{ ...base, code: "INV-03", fingerprint: { connector: source }, message: `${data.number} is in the ledger and nothing was shipped for it.` }];
});

/** INV-05 of credits and debits for this order that somebody else made: what we credit besides, of the same goods, is credited twice. */
const creditsOfOthers = (view: OrderView): ExceptionFinding[] => strangeCredits(view.record).map(({ source, occurredAt, data: { kind, number, total, net, currency } }): ExceptionFinding => ({
  code: "INV-05", fingerprint: { connector: source, customer: view.parties.billTo }, stops: [], amount: total ?? net ?? "0", currency, since: occurredAt,
  message: `${number} is a ${kind} for order ${view.key} in the ledger and was not posted by us: what is open of its invoice is not what is shown here. Reverse it there and let it be made here, or say that it stands beside ours.`,
}));

type Explained = (slice: Slice) => boolean;

/** What an exception stops is not late besides: lines that it names, what a target refused, and charges that wait for such goods. */
function explainedBy(found: readonly ExceptionFinding[], money: OrderMoney, refused: Refused): Explained {
  const stopped = new Set(found.flatMap(({ stops }) => stops));
  const pieces = [...money.pieces.values()].flatMap(({ open }) => open);
  const goods = new Map(pieces.map((piece) => [openKey(piece), stopped.has(piece.line.split(/[/~]/)[0] ?? piece.line) || refused.holderOf(piece) !== null]));
  const first = pieces[0] && goods.get(openKey(pieces[0]));
  return ({ key, line }) => stopped.has("order") || (goods.get(key) ?? (isOpenCharge(key) && first !== undefined ? first : stopped.has(line.split(/[/~]/)[0] ?? line)));
}

/** SLA-01: a stage past its target that nothing else explains, one for each stage. */
function late(view: OrderView, slices: readonly Slice[], isExplained: Explained, gates: Gates): ExceptionFinding[] {
  const stages = new Map<string, ExceptionFinding>();
  for (const slice of slices) {
    if (slice.dueAt === null || slice.dueAt > view.now || slice.bucket === "exception" || slice.bucket === "held" || slice.bucket === null || slice.document?.includes("/p")) continue;
    if (isExplained(slice)) continue;
    const present = stages.get(slice.stage);
    const amount = dec(slice.amount).plus(slice.tax).plus(slice.charges);
    if (present) { present.amount = moneyText(amount.plus(present.amount), view.currency); continue; }
    const held = slice.stage === "approve" ? gates.orderHolds.find((hold) => hold.active) : undefined;
    stages.set(slice.stage, pastTarget(slice, slice.dueAt, amount, held ? `${slice.stage} ${held.hold.rule}` : slice.stage));
  }
  return [...stages.values()];
}
