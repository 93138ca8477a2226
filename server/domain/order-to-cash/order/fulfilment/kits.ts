import { max, min, positive, sumOf, zero, type Decimal } from "../../../decimal";
import type { LineView } from "../view";
import type { OpenGoods } from "./open";
import type { FulfilmentRequest } from "./requests";

/**
 * Pieces of one component that release still sends, and that recall asks back: two sides of one number, the kits that are
 * due. While kits are to be taken away these are the ones that cannot be: a piece of them has left, or stays at the
 * warehouse. So no piece is asked back only to complete a kit again, and none released that the recall of its kit makes idle.
 */
export function kitPieces(row: LineView, goods: OpenGoods): { missing: Decimal; idle: Decimal } {
  const wanted = goods.moved.need.minus(row.walk.committed.unmet.times(goods.moved.goods.per));
  const due = max(wanted, begunKits(row).times(goods.moved.goods.per));
  const there = gone(goods).plus(sumOf(goods.live, ({ quantity }) => quantity)).plus(sumOf(goods.inFlight, ({ quantity }) => quantity));
  return { missing: positive(due.minus(there)), idle: positive(there.minus(due)) };
}

/** Kits of which a piece has left or stays at the warehouse, in whole kits as the change matrix counts them. */
const begunKits = ({ goods }: LineView): Decimal =>
  goods.reduce((most, one) => max(most, gone(one).plus(sumOf(one.live, (piece) => staying(one.moved.key, piece))).div(one.moved.goods.per).ceil()), zero);

/** What the warehouse refused to give back; all of it as long as a refused recall of the request is not sent again. */
const staying = (key: string, { request, quantity }: { request: FulfilmentRequest; quantity: Decimal }): Decimal =>
  request.recalls.some(({ state }) => state === "rejected") ? quantity : min(quantity, request.lines.get(key)?.recallRefused ?? zero);

const gone = ({ moved }: OpenGoods): Decimal => moved.shipped.minus(moved.over).plus(moved.substituted);
