import { dec, min, sumOf, zero, type Decimal } from "../../../decimal";
import type { Instant } from "../../../instant";
import { roundMoney, splitByLargestRemainder } from "../../../money";
import { unbilledPieces } from "../billing/amounts";
import { openQuantity, type OpenGoods } from "../fulfilment/open";
import type { FulfilmentRequest } from "../fulfilment/requests";
import type { LineView, OrderView } from "../view";

export type OpenKind = "live" | "in_flight" | "allocated" | "unallocated" | "short" | "loose";

/** Units of one thing that moves, still to be shipped (or, for `loose` kit pieces, to be billed), with what they are worth. */
export interface OpenPiece { line: string; goods: OpenGoods; kind: OpenKind; request: FulfilmentRequest | null; quantity: Decimal; net: Decimal; tax: Decimal; since: Instant | null }
export interface CancelledPiece { line: string; document: string; at: Instant; quantity: Decimal; net: Decimal; tax: Decimal }
export interface LinePieces { open: OpenPiece[]; cancelled: CancelledPiece[] }

/** Values what is left of a line after what was shipped: the parts telescope to the ordered value, to the cent. */
export function piecesOf(view: OrderView, row: LineView): LinePieces {
  return row.line.kit ? kitPieces(view, row) : plainPieces(view, row);
}

function plainPieces(view: OrderView, row: LineView): LinePieces {
  const { billing, value, line } = row;
  let position = billing.position, worth = billing.value, tax = view.estimate.lineTax(line.id, position);
  const next = (quantity: Decimal): { net: Decimal; tax: Decimal } => {
    position = position.plus(quantity);
    const net = value.upTo(position).minus(worth), upTo = view.estimate.lineTax(line.id, position), part = upTo.minus(tax);
    worth = worth.plus(net); tax = upTo;
    return { net, tax: part };
  };
  const open: OpenPiece[] = [];
  const goods = row.goods[0];
  if (goods) for (const piece of openKinds(goods)) open.push({ line: goods.moved.key, goods, ...piece, ...next(piece.quantity) });
  const cancelled = row.walk.committed.cancellations.map((cancel) => ({ line: line.id, document: cancel.document, at: cancel.at, quantity: cancel.quantity, ...next(cancel.quantity) }));
  return { open, cancelled };
}

/** The open units of one thing in the order of who has them. */
function* openKinds(goods: OpenGoods): Generator<{ kind: OpenKind; request: FulfilmentRequest | null; quantity: Decimal; since: Instant | null }> {
  for (const { request, quantity } of goods.live) yield { kind: "live", request, quantity, since: request.acceptedAt };
  for (const { request, quantity } of goods.inFlight) yield { kind: "in_flight", request, quantity, since: goods.reservation?.at ?? null };
  if (goods.allocated.gt(0)) yield { kind: "allocated", request: null, quantity: goods.allocated, since: goods.reservation?.at ?? null };
  const short = min(goods.short?.quantity ?? zero, goods.unallocated);
  if (short.gt(0)) yield { kind: "short", request: null, quantity: short, since: goods.short?.at ?? null };
  const rest = goods.unallocated.minus(short);
  if (rest.gt(0)) yield { kind: "unallocated", request: null, quantity: rest, since: goods.reservation?.at ?? null };
}

/** Whole kits are billed; what is left of the price is spread over the components by their stand-alone shares. */
function kitPieces(view: OrderView, row: LineView): LinePieces {
  const { billing, value, line, walk } = row;
  const { ordered, cancelled } = walk.committed;
  const rest = ordered.minus(cancelled).minus(billing.position);
  const restNet = value.upTo(billing.position.plus(rest)).minus(billing.value);
  const taxUpTo = (quantity: Decimal) => view.estimate.lineTax(line.id, quantity);
  const restTax = taxUpTo(billing.position.plus(rest)).minus(taxUpTo(billing.position));
  const nets = kitShares(row, restNet, view.currency), taxes = kitShares(row, restTax, view.currency);
  const open = row.goods.flatMap((goods, index): OpenPiece[] => {
    const loose = walk.loose.find((entry) => entry.goods.key === goods.moved.key);
    const pieces = [...(loose ? [{ kind: "loose" as const, request: null, quantity: loose.quantity, since: loose.since }] : []), ...openKinds(goods)];
    const total = openQuantity(goods).plus(loose?.quantity ?? zero);
    return spread(pieces.map(({ quantity }) => quantity), total, nets[index] ?? zero, taxes[index] ?? zero, view.currency).map((worth, at) => ({ line: goods.moved.key, goods, ...(pieces[at] as (typeof pieces)[number]), ...worth }));
  });
  return { open, cancelled: kitCancels(view, row, billing.position.plus(rest)) };
}

function kitCancels(view: OrderView, row: LineView, from: Decimal): CancelledPiece[] {
  let position = from;
  return row.walk.committed.cancellations.flatMap((cancel) => {
    const upTo = position.plus(cancel.quantity);
    const nets = kitShares(row, row.value.upTo(upTo).minus(row.value.upTo(position)), view.currency);
    const taxes = kitShares(row, view.estimate.lineTax(row.line.id, upTo).minus(view.estimate.lineTax(row.line.id, position)), view.currency);
    position = upTo;
    return row.line.goods.map((goods, index) => ({ line: goods.key, document: cancel.document, at: cancel.at, quantity: cancel.quantity.times(goods.per), net: nets[index] ?? zero, tax: taxes[index] ?? zero }));
  });
}

/** Pieces of a kit beyond the order that are not billed and not ours to give away either, at their stand-alone share: what their hold asks about. */
export function kitExcess(row: LineView, currency: string): { moved: LineView["walk"]["moved"][number]; quantity: Decimal; net: Decimal }[] {
  if (!row.line.kit || row.line.free || row.billing.rest === "over_absorbed") return [];
  const pieces = row.walk.moved.map((moved) => ({ moved, quantity: unbilledPieces(row.billing, moved) })).filter(({ quantity }) => quantity.gt(0));
  const worth = pieces.map(({ moved: { goods }, quantity }) => row.value.gross(dec(1)).times(goods.share).times(quantity).div(goods.per));
  const nets = splitByLargestRemainder(roundMoney(sumOf(worth, (amount) => amount), currency), worth, currency);
  return pieces.map((piece, index) => ({ ...piece, net: nets[index] ?? zero }));
}

/** One amount over the components of a kit, by largest remainder. */
export const kitShares = (row: Pick<LineView, "line">, amount: Decimal, currency: string): Decimal[] => splitByLargestRemainder(amount, row.line.goods.map((goods) => goods.share), currency);

function spread(quantities: readonly Decimal[], total: Decimal, net: Decimal, tax: Decimal, currency: string): { net: Decimal; tax: Decimal }[] {
  let upTo = zero, netBefore = zero, taxBefore = zero;
  return quantities.map((quantity) => {
    upTo = upTo.plus(quantity);
    const part = (whole: Decimal) => (total.isZero() ? zero : upTo.eq(total) ? whole : roundMoney(whole.times(upTo).div(total), currency));
    const result = { net: part(net).minus(netBefore), tax: part(tax).minus(taxBefore) };
    netBefore = part(net); taxBefore = part(tax);
    return result;
  });
}

export const netOf = (pieces: readonly { net: Decimal }[]): Decimal => sumOf(pieces, ({ net }) => net);
export const taxOf = (pieces: readonly { tax: Decimal }[]): Decimal => sumOf(pieces, ({ tax }) => dec(tax));
