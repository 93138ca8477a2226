import { Refusal } from '../../kit/http';
import type { SystemContext } from '../../kit/system';
import type { Order, ShopReturn } from './model';

interface ShopCustomer {
  code: string;
  updated_at: string;
  [field: string]: unknown;
}

interface ShopItem {
  item_number: string;
  updated_at: string;
  [field: string]: unknown;
}

interface StockLevel {
  warehouse: string;
  available: string;
  unit: string;
  version: number;
}

export interface ShopStock extends StockLevel {
  item_number: string;
  updated_at: string;
}

/** The shop's store with its habits: every change sets `updated_at`, a revision is announced by webhook. */
export class ShopBooks {
  readonly orders;
  readonly returns;
  readonly customers;
  readonly items;
  readonly stock;
  private readonly uses;
  private lastTime = 0;

  private readonly context: SystemContext;

  constructor(context: SystemContext) {
    this.context = context;
    this.orders = context.store.collection<Order>('orders');
    this.returns = context.store.collection<ShopReturn>('returns');
    this.customers = context.store.collection<ShopCustomer>('customers');
    this.items = context.store.collection<ShopItem>('items');
    this.stock = context.store.collection<ShopStock>('stock');
    this.uses = context.store.collection<object>('_uses');
  }

  /** Strictly rising within a process, so that `updated_since` paging never skips. */
  now(): string {
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    return new Date(this.lastTime).toISOString();
  }

  nextId(prefix: string): string {
    return this.context.store.nextId(prefix, 6);
  }

  order(id: string): Order {
    const order = this.orders.get(id);
    if (order === undefined) throw new Refusal(404, 'not_found', `Order ${id} does not exist`);
    return order;
  }

  shopReturn(id: string): ShopReturn {
    const entry = this.returns.get(id);
    if (entry === undefined) throw new Refusal(404, 'not_found', `Return ${id} does not exist`);
    return entry;
  }

  /** A change that is no new revision and is not announced (write-backs). */
  keep(order: Order): Order {
    return this.orders.put(order.id, { ...order, updated_at: this.now() });
  }

  place(order: Order): Order {
    this.orders.put(order.id, order);
    this.announce('order.created', { order });
    return order;
  }

  revise(order: Order): Order {
    const revised = this.keep({ ...order, revision: order.revision + 1 });
    this.announce('order.updated', { order: revised });
    return revised;
  }

  requestCancel(order: Order): Order {
    const kept = this.keep(order);
    this.announce('order.cancel_requested', { order: kept });
    return kept;
  }

  keepReturn(entry: ShopReturn, announced: boolean): ShopReturn {
    const kept = this.returns.put(entry.id, { ...entry, updated_at: this.now() });
    if (announced) this.announce('return.updated', { return: kept });
    return kept;
  }

  openReturn(entry: ShopReturn): ShopReturn {
    this.returns.put(entry.id, entry);
    this.announce('return.requested', { return: entry });
    return entry;
  }

  keepStock(itemNumber: string, level: StockLevel): object {
    if (this.items.get(itemNumber) === undefined) throw new Refusal(404, 'not_found', `Item ${itemNumber} does not exist`);
    const key = `${itemNumber}:${level.warehouse}`;
    const before = this.stock.get(key);
    if (before !== undefined && level.version < before.version) throw new Refusal(409, 'conflict', 'A newer stock level was written', 'version');
    return this.stock.put(key, { item_number: itemNumber, ...level, updated_at: this.now() });
  }

  /** Somebody at the shop counts otherwise: no version of the seller's. */
  recount(itemNumber: string, warehouse: string, available: string): ShopStock {
    const key = `${itemNumber}:${warehouse}`, before = this.stock.get(key);
    if (before === undefined) throw new Refusal(404, 'not_found', `No stock of ${itemNumber} in ${warehouse} was ever written`);
    return this.stock.put(key, { ...before, available, updated_at: this.now() });
  }

  isFirstUse(key: string): boolean {
    if (this.uses.get(key) !== undefined) return false;
    this.uses.put(key, {});
    return true;
  }

  private announce(type: string, data: object): void {
    const id = this.nextId('evt_');
    this.context.emit(id, type, { id, type, created_at: this.now(), data });
  }
}
