import { dec, min, positive, sumOf, type Decimal } from "@/server/domain/decimal";
import { said, type Said } from "../contract/events";
import type { MedusaSettings } from "./config";
import { at, exact, itemOf, numberOf, sorted } from "./shared";
import type { OrderReturn, Snapshot } from "./wire";

const returnNumber = (order: Snapshot, { display_id }: OrderReturn): string => `${numberOf(order)}-R${display_id}`;
const isAlive = ({ canceled_at }: OrderReturn): boolean => canceled_at == null;

/**
 * Returns as Medusa has them, those of exchanges and claims among them: what an exchange or a claim sends out is a line of the
 * order, sold at its own price. What a claim writes off and nobody sends back is credited without goods.
 */
export function returned(order: Snapshot, settings: MedusaSettings): Said[] {
  // one that is being made has no time of request yet
  const returns = sorted(order.returns).filter(({ requested_at, items }) => requested_at != null && items.length > 0);
  return [...returns.map((one) => authorised(order, one)), ...(settings.tellsGoods ? received(order, returns) : []), ...withoutGoods(order, returns)];
}

function authorised(order: Snapshot, one: OrderReturn): Said {
  const requested = at(one.requested_at ?? one.created_at);
  return said({
    type: "return.authorised", at: at(one.canceled_at ?? requested), data: {
      return: returnNumber(order, one), version: order.version, order: numberOf(order), requestedAt: requested, authorisedAt: requested, refused: !isAlive(one),
      lines: sorted(one.items).map(({ item_id, raw_quantity, reason, note }) => {
        const why = [reason?.label, note].filter(Boolean).join(": ").slice(0, 300);
        return { line: item_id, quantity: exact(dec(raw_quantity.value)), ...(why === "" ? {} : { reason: why }) };
      }),
    },
  });
}

/**
 * A return's own received quantity is what came last, whatever came before; the order's line keeps the sum over all its
 * returns. So what came is shared out over the returns of a line, the oldest first. What was dismissed does not go into stock.
 */
function received(order: Snapshot, returns: readonly OrderReturn[]): Said[] {
  const left = new Map(order.items.map(({ id, detail }) => [id, { restock: dec(detail.raw_return_received_quantity.value), scrap: dec(detail.raw_return_dismissed_quantity.value) }]));
  const names = new Map(order.items.map((line) => [line.id, itemOf(line)]));
  return returns.filter(isAlive).flatMap((one) => {
    const lines = sorted(one.items).flatMap(({ item_id, raw_quantity }) => {
      const came = left.get(item_id);
      let open: Decimal = dec(raw_quantity.value);
      return came === undefined ? [] : (["restock", "scrap"] as const).flatMap((disposition) => {
        const quantity = min(open, came[disposition]);
        came[disposition] = came[disposition].minus(quantity);
        open = open.minus(quantity);
        return quantity.gt(0) ? [{ line: item_id, item: names.get(item_id) ?? "", quantity: exact(quantity), disposition }] : [];
      });
    });
    const when = at(one.received_at ?? one.updated_at);
    return lines.length === 0 ? [] : [said({ type: "return.received", at: when, data: { return: returnNumber(order, one), version: order.version, order: numberOf(order), receivedAt: when, ...(one.location_id ? { warehouse: one.location_id } : {}), lines } })];
  });
}

/** Of what a line has written off, what was dismissed came back, and the returns of claims are to come. One document of the order, absolute. */
function withoutGoods(order: Snapshot, returns: readonly OrderReturn[]): Said[] {
  const toCome = returns.filter((one) => isAlive(one) && one.claim != null).flatMap(({ items }) => items);
  const lines = sorted(order.items).flatMap(({ id, detail }) => {
    const coming = sumOf(toCome.filter(({ item_id }) => item_id === id), ({ raw_quantity }) => dec(raw_quantity.value));
    const quantity = positive(dec(detail.raw_written_off_quantity.value).minus(detail.raw_return_dismissed_quantity.value).minus(coming));
    return quantity.gt(0) ? [{ line: id, quantity: exact(quantity), at: detail.created_at }] : [];
  });
  const when = lines.map((line) => at(line.at)).sort().at(-1);
  if (when === undefined) return [];
  return [said({ type: "return.authorised", at: when, data: { return: `${numberOf(order)}-CLAIM`, version: order.version, order: numberOf(order), kind: "credit_without_goods", requestedAt: when, authorisedAt: when, lines: lines.map(({ line, quantity }) => ({ line, quantity })) } })];
}
