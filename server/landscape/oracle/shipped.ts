import Decimal from 'decimal.js';
import type { ActualLedgers } from './actual';
import { awaited, type Difference, type Undecided } from './difference';
import type { Expected } from './expected';

/**
 * What left the warehouse, line by line, against what the script wanted to leave: goods that were released twice are with
 * the customer though every invoice is right. Quantities are base units, as the warehouse counts them.
 */
export function compareShipped(expected: Expected, actual: Pick<ActualLedgers, 'shipments'>, undecided: Undecided = []): Difference[] {
  const left = new Map<string, Map<string, Decimal>>();
  for (const shipment of actual.shipments)
    for (const line of shipment.status === 'CANCELLED' ? [] : shipment.lines) {
      const lines = left.get(line.salesOrderNo) ?? new Map<string, Decimal>();
      left.set(line.salesOrderNo, lines.set(line.lineRef, (lines.get(line.lineRef) ?? new Decimal(0)).plus(line.qty)));
    }
  const known = expected.orders.flatMap((order) => order.lines.flatMap(({ shipped }) => shipped).flatMap(({ ref, quantity }): Difference[] => {
    const found = left.get(order.orderNumber)?.get(ref) ?? new Decimal(0);
    left.get(order.orderNumber)?.delete(ref);
    if (found.eq(quantity)) return [];
    const what = found.gt(quantity) ? 'shipped_twice' : 'shipped_short';
    return [{ orderNumber: order.orderNumber, scenario: order.scenario, what, where: ref, expected: quantity, actual: found.toString(), awaits: awaited(undecided, order, what, new Decimal(quantity), found) }];
  }));
  const strangers = [...left].flatMap(([orderNumber, lines]) => [...lines].map(([where, found]): Difference => ({ orderNumber, scenario: null, what: 'unexpected_shipment', where, expected: '0', actual: found.toString(), awaits: null })));
  return [...known, ...strangers];
}
