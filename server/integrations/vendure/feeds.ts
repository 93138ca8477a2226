import { createHash } from "node:crypto";
import { z } from "zod";
import { addMs, type Instant } from "@/server/domain/instant";
import { ok, type Result } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult } from "../contract/outcome";
import { windowStart } from "../contract/windows";
import { ordersOf, read } from "./client";
import type { VendureSecrets, VendureSession, VendureSettings } from "./config";
import { names } from "./names";
import { levelFields, levelsOf, levelVersionOf, variant } from "./stock";

const dayMs = 86_400_000;
type VendureFeed = Feed<VendureSettings, VendureSecrets>;
interface Cursor { since: Instant | null; newest: Instant | null; skip: number }

const stamped = z.array(z.looseObject({ updatedAt: z.string() })).nullish();
const head = z.looseObject({
  id: z.string(), updatedAt: z.string(), payments: z.array(z.looseObject({ updatedAt: z.string(), refunds: stamped })).nullish(), fulfillments: stamped,
  history: z.looseObject({ totalItems: z.number().int(), items: z.array(z.looseObject({ createdAt: z.string() })) }),
});
type Head = z.infer<typeof head>;
const heads = z.looseObject({ orders: z.looseObject({ totalItems: z.number().int(), items: z.array(head) }) });
const headsQuery = `query Heads($options: OrderListOptions) { orders(options: $options) { totalItems items { id updatedAt payments { updatedAt refunds { updatedAt } } fulfillments { updatedAt }
  history(options: { filter: { type: { notEq: "ORDER_NOTE" } }, sort: { createdAt: DESC }, take: 1 }) { totalItems items { createdAt } } } } }`;

/** As the plugin counts it: history without notes, and refunds, whose beginning Vendure writes no history of. */
const versionOf = ({ history, payments }: Head): number => history.totalItems + (payments ?? []).reduce((sum, { refunds }) => sum + (refunds?.length ?? 0), 0);
const last = (moments: readonly string[]): Instant => moments.map((moment) => new Date(moment).toISOString()).reduce((a, b) => (a > b ? a : b));
const movedAt = (row: Head): Instant => last([row.updatedAt, ...row.history.items.map(({ createdAt }) => createdAt), ...(row.fulfillments ?? []).map(({ updatedAt }) => updatedAt), ...(row.payments ?? []).flatMap(({ updatedAt, refunds }) => [updatedAt, ...(refunds ?? []).map((refund) => refund.updatedAt)])]);

/** One page of the orders that fit, and those of them that moved since. The version is read before the order. */
export async function movedOrders(session: VendureSession, filter: Record<string, unknown>, from: Instant | null, skip: number): Promise<Result<{ rows: Head[]; messages: SourceMessage[]; totalItems: number }>> {
  const page = asResult(await read(session, headsQuery, { options: { filter: { active: { eq: false }, ...filter }, sort: { orderPlacedAt: "ASC", id: "ASC" }, skip, take: session.settings.pageSize } }, heads), "orders");
  if (!page.ok) return page;
  const { items: rows, totalItems } = page.value.orders, moved = rows.filter((row) => from === null || movedAt(row) >= from);
  const orders = moved.length === 0 ? ok([]) : asResult(await ordersOf(session, moved.map(({ id }) => id)), "orders");
  if (!orders.ok) return orders;
  const messages = moved.flatMap((row): SourceMessage[] => {
    const order = orders.value.find(({ id }) => id === row.id), version = versionOf(row);
    if (!order) return [];
    const body = bytesOf({ type: "order.snapshot", data: { order: { ...order, version } } });
    return [{ sourceMessageId: `order:${order.code}:${version}:${createHash("sha256").update(body).digest("hex").slice(0, 24)}`, contentType: "application/json", body, occurredAt: movedAt(row) }];
  });
  return ok({ rows, messages, totalItems });
}

/** Placed within the days that are swept. */
export const swept = ({ sweepDays }: VendureSettings, now: Instant): Record<string, unknown> => ({ orderPlacedAt: { after: addMs(now, -sweepDays * dayMs) } });

/**
 * What the plugin should have told, once more. An order's own `updatedAt` stands still while it is paid, fulfilled and
 * refunded: `orders` finds what is placed or edited, quickly; `movements` looks at every order of the last `sweepDays` for
 * the newest of its history, payments, refunds and fulfilments. The message's id is made of its content, as the plugin's is.
 */
function reconciling(name: string, everyMs: number, filter: (since: Instant | null, settings: VendureSettings, now: Instant) => Record<string, unknown>): VendureFeed {
  return {
    name, everyMs,
    read: async (session, given) => {
      const { settings } = session, now = session.now();
      const cursor = (given ?? { since: settings.since === undefined ? null : new Date(settings.since).toISOString(), newest: null, skip: 0 }) as Cursor;
      const from = cursor.since === null ? null : windowStart(cursor.since, settings.overlapSeconds, now);
      const page = await movedOrders(session, filter(from, settings, now), from, cursor.skip);
      if (!page.ok) return page;
      const { rows, messages, totalItems } = page.value;
      const newest = rows.length === 0 ? cursor.newest : last([...rows.map(movedAt), ...(cursor.newest === null ? [] : [cursor.newest])]);
      const skip = cursor.skip + rows.length, more = rows.length > 0 && skip < totalItems;
      const settled = newest !== null && (cursor.since === null || newest > cursor.since) ? newest : cursor.since;
      return ok({ messages, cursor: (more ? { since: cursor.since, newest, skip } : { since: settled, newest: null, skip: 0 }) satisfies Cursor, more });
    },
  };
}

const variants = z.looseObject({ productVariants: z.looseObject({ totalItems: z.number().int(), items: z.array(variant) }) });

/** Vendure's own count of stock, as far as it moved: it drifts when a line is cancelled after part of it was fulfilled. */
const stock: VendureFeed = {
  name: "stock", everyMs: 60_000,
  read: async (session, given) => {
    const cursor = (given ?? { since: null, newest: null, skip: 0 }) as Cursor;
    const page = asResult(await read(session, `query Stock($options: ProductVariantListOptions) { productVariants(options: $options) { totalItems items { sku ${levelFields} } } }`, { options: { sort: { id: "ASC" }, skip: cursor.skip, take: 100 } }, variants), "stock");
    if (!page.ok) return page;
    const { items, totalItems } = page.value.productVariants, from = cursor.since === null ? null : windowStart(cursor.since, session.settings.overlapSeconds, session.now());
    const readAt = session.now(), levels = items.flatMap((row) => levelsOf(row, readAt));
    const messages = levels.filter((row) => from === null || row.at >= from).map((row): SourceMessage => ({ sourceMessageId: `stock:${row.sku}:${row.location}:${levelVersionOf(row)}:${row.onHand}:${row.allocated}`, contentType: "application/json", body: bytesOf({ type: "stock.snapshot", data: { stock: row } }), occurredAt: row.at }));
    const known = [...levels.map((row) => row.at), ...(cursor.newest === null ? [] : [cursor.newest]), ...(cursor.since === null ? [] : [cursor.since])];
    const newest = known.length === 0 ? null : last(known), skip = cursor.skip + items.length, more = items.length > 0 && skip < totalItems;
    return ok({ messages, cursor: (more ? { since: cursor.since, newest, skip } : { since: newest, newest: null, skip: 0 }) satisfies Cursor, more });
  },
};

export const feeds: readonly VendureFeed[] = [
  reconciling("orders", 15_000, (since) => (since === null ? {} : { _or: [{ updatedAt: { after: since } }, { orderPlacedAt: { after: since } }] })),
  reconciling("movements", 60_000, (_, settings, now) => swept(settings, now)),
  stock, ...names,
];
