import Decimal from 'decimal.js';
import { Refusal, textOf, type ControlAction } from '../../kit/http';
import type { SystemContext } from '../../kit/system';
import type { ShopBooks } from './books';
import type { LineQuantity, Order, OrderLine, ShopReturn } from './model';
import { cancelQuantities } from './write-back';

/** What the generator gives for an order; the shop fills in ids that derive from the reserved number. */
export interface OrderDraft extends Omit<Order, 'revision' | 'status' | 'updated_at' | 'cancel_requests' | 'acknowledgement' | 'fulfilments' | 'progress'> {
  placed_at: string;
}

/** Changes by the buyer or by the shop's clerk; fields of a line by its id. */
export interface OrderEdit {
  lines?: ({ id: string } & Partial<OrderLine>)[];
  addLines?: OrderLine[];
  header?: Partial<Pick<Order, 'purchase_order_number' | 'requested_ship_date' | 'header_discount' | 'ship_to' | 'ship_complete'>>;
}

/** The doors of the buyers, for the generator and the world. */
export function shopControl(books: ShopBooks, context: SystemContext): Record<string, ControlAction> {
  return {
    reserve: (body) => {
      const count = Number(body['count'] ?? 1);
      return {
        orders: Array.from({ length: count }, () => {
          const number = context.store.next('order');
          return { id: `ord_${String(number).padStart(6, '0')}`, number: `N-${100_000 + number}` };
        }),
      };
    },
    'place-order': (body) => {
      const draft = body['order'] as OrderDraft;
      if (books.orders.get(draft.id) !== undefined) throw new Refusal(409, 'conflict', `Order ${draft.id} exists`);
      const order: Order = {
        ...draft, revision: 1, status: 'open', updated_at: books.now(), cancel_requests: [], acknowledgement: null, fulfilments: [], progress: null,
      };
      return books.place(order);
    },
    'edit-order': (body) => {
      const order = books.order(String(body['orderId']));
      const edit = body['edit'] as OrderEdit;
      const lines = order.lines.map((line) => ({ ...line, ...edit.lines?.find((change) => change.id === line.id) }));
      return books.revise({ ...order, ...edit.header, lines: [...lines, ...(edit.addLines ?? [])] });
    },
    'recount': (body) => books.recount(String(body['item']), String(body['warehouse']), String(body['available'])),
    'request-cancel': (body) => {
      const order = books.order(String(body['orderId']));
      const request = {
        id: `${order.id}-x${order.cancel_requests.length + 1}`, requested_at: books.now(), reason: textOf(body['reason'], ''), status: 'pending' as const,
        lines: (body['lines'] as LineQuantity[] | undefined) ?? null,
      };
      return books.requestCancel({ ...order, cancel_requests: [...order.cancel_requests, request] });
    },
    'clerk-cancel': (body) => books.revise(cancelQuantities(books.order(String(body['orderId'])), (body['lines'] as LineQuantity[] | undefined) ?? null)),
    'request-return': (body) => {
      const order = books.order(String(body['orderId']));
      const now = books.now();
      const entry: ShopReturn = {
        id: books.nextId('ret_'), order_id: order.id, order_number: order.number, status: 'requested', reason: textOf(body['reason'], 'wrong_item'), requested_at: now, updated_at: now,
        lines: (body['lines'] as LineQuantity[]).map((asked) => {
          const line = order.lines.find((known) => known.id === asked.line_id);
          if (line === undefined || new Decimal(asked.quantity).lte(0)) throw new Refusal(422, 'refused', `Cannot return ${asked.line_id}`);
          return { line_id: line.id, item_number: line.item_number, quantity: asked.quantity, unit: line.unit };
        }),
        rma: null, expires_on: null, wants: 'credit', progress: null,
      };
      const opened = books.openReturn(entry);
      // The seller's returns desk says yes at once, unless the story leaves the answer to whoever is connected.
      return body['unanswered'] === true ? opened : books.keepReturn({ ...entry, status: 'authorised', rma: `RMA-${entry.id}` }, true);
    },
  };
}
