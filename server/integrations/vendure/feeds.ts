import { createHash } from "node:crypto";
import { z } from "zod";
import { addMs, type Instant } from "@/server/domain/instant";
import { ok, type Result } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult } from "../contract/outcome";
import { windowed, type Window } from "../contract/windows";
import { ordersOf, read } from "./client";
import type { VendureSecrets, VendureSession, VendureSettings } from "./config";
import { names } from "./names";
import { nextSkip, since } from "./paging";
import { levelFields, levelsOf, levelVersionOf, variant } from "./stock";

const dayMs = 86_400_000;
type VendureFeed = Feed<VendureSettings, VendureSecrets>;

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
  const page = asResult(await read(session, headsQuery, { options: { filter: { active: { eq: false }, ...filter }, sort: { id: "ASC" }, skip, take: session.settings.pageSize } }, heads), "orders");
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

/** Placed within the days that are swept. `now` is one for all pages. */
export const swept = ({ sweepDays }: VendureSettings, now: Instant): Record<string, unknown> => ({ orderPlacedAt: { after: addMs(now, -sweepDays * dayMs) } });

/**
 * What the plugin should have told, once more. An order's own `updatedAt` stands still while it is paid, fulfilled and
 * refunded: `orders` finds what is placed or edited, quickly; `movements` looks at every order of the last `sweepDays` for
 * the newest of its history, payments, refunds and fulfilments. The message's id is made of its content, as the plugin's is.
 */
const reconciling = (name: string, everyMs: number, filter: (window: Window<number>, settings: VendureSettings) => Record<string, unknown>): VendureFeed =>
  windowed<VendureSettings, VendureSecrets, number>(name, everyMs, async (session, window) => {
    const skip = window.page ?? 0, page = await movedOrders(session, filter(window, session.settings), window.from, skip);
    if (!page.ok) return page;
    const { rows, messages, totalItems } = page.value;
    return ok({ messages, moments: rows.map(movedAt), next: nextSkip(skip, rows.length, totalItems) });
  });

const variants = z.looseObject({ productVariants: z.looseObject({ totalItems: z.number().int(), items: z.array(variant) }) });

/** Vendure's own count of stock, as far as it moved: it drifts when a line is cancelled after part of it was fulfilled. */
const stock = windowed<VendureSettings, VendureSecrets, number>("stock", 60_000, async (session, { from, page: behind }) => {
  const skip = behind ?? 0, page = asResult(await read(session, `query Stock($options: ProductVariantListOptions) { productVariants(options: $options) { totalItems items { sku ${levelFields} } } }`, { options: { sort: { id: "ASC" }, skip, take: 100 } }, variants), "stock");
  if (!page.ok) return page;
  const { items, totalItems } = page.value.productVariants, readAt = session.now(), levels = items.flatMap((row) => levelsOf(row, readAt));
  const messages = levels.filter((row) => from === null || row.at >= from).map((row): SourceMessage => ({ sourceMessageId: `stock:${row.sku}:${row.location}:${levelVersionOf(row)}:${row.onHand}:${row.allocated}`, contentType: "application/json", body: bytesOf({ type: "stock.snapshot", data: { stock: row } }), occurredAt: row.at }));
  return ok({ messages, moments: levels.map(({ at }) => at), next: nextSkip(skip, items.length, totalItems) });
});

export const feeds: readonly VendureFeed[] = [
  reconciling("orders", 15_000, ({ from }) => (from === null ? {} : { _or: [{ updatedAt: since(from) }, { orderPlacedAt: since(from) }] })),
  reconciling("movements", 60_000, ({ began }, settings) => swept(settings, began)),
  stock, ...names,
];
