import { createHash } from "node:crypto";
import { z } from "zod";
import { addMs, type Instant } from "@/server/domain/instant";
import { ok, type Result } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult } from "../contract/outcome";
import { windowed, type Window } from "../contract/windows";
import { editsOf, orderFields, read } from "./client";
import type { MedusaSecrets, MedusaSession, MedusaSettings } from "./config";
import { numberOf } from "./shared";
import { inventoryFields, levelsOf } from "./stock";
import { customer, inventoryItem, product } from "./wire";

type MedusaFeed = Feed<MedusaSettings, MedusaSecrets>;
/** `rows`: when each of it moved; `messages`: of those that moved since the window began. */
interface Page { rows: Instant[]; messages: SourceMessage[]; total: number }
const dayMs = 86_400_000;

const last = (moments: readonly string[]): Instant => moments.map((moment) => new Date(moment).toISOString()).reduce((a, b) => (a > b ? a : b));
const messageOf = (kind: "order" | "customer" | "product" | "stock", name: string, row: object, occurredAt: Instant): SourceMessage => {
  const body = bytesOf({ type: `${kind}.snapshot`, data: { [kind]: row } });
  return { sourceMessageId: `${kind}:${name}:${createHash("sha256").update(body).digest("hex").slice(0, 24)}`, contentType: "application/json", body, occurredAt };
};

/** Walks through pages by id, which rises with time, and hands on what moved since the window began. */
const paged = (name: string, everyMs: number, page: (session: MedusaSession, window: Window<number>, skip: number) => Promise<Result<Page>>): MedusaFeed =>
  windowed<MedusaSettings, MedusaSecrets, number>(name, everyMs, async (session, window) => {
    const skip = window.page ?? 0, found = await page(session, window, skip);
    if (!found.ok) return found;
    const { rows, messages, total } = found.value;
    return ok({ messages, moments: rows, next: nextSkip(skip, rows.length, total) });
  });
/** Where the page behind this one begins. While a window is read rows join it, and none leaves. */
export const nextSkip = (skip: number, rows: number, total: number): number | null => (rows > 0 && skip + rows < total ? skip + rows : null);
const pageOf = (settings: MedusaSettings, skip: number, more: Record<string, string>): string => new URLSearchParams({ limit: String(settings.pageSize), offset: String(skip), order: "id", ...more }).toString();

const stamped = z.array(z.looseObject({ updated_at: z.string() })).nullish();
const head = z.looseObject({
  id: z.string(), display_id: z.number(), updated_at: z.string(), fulfillments: stamped, returns: stamped,
  payment_collections: z.array(z.looseObject({ payments: z.array(z.looseObject({ updated_at: z.string(), captures: stamped, refunds: stamped })).nullish() })).nullish(),
});
type Head = z.infer<typeof head>;
const heads = z.looseObject({ count: z.number().int(), orders: z.array(head) });
const whole = z.looseObject({ orders: z.array(z.looseObject({ id: z.string(), metadata: z.record(z.string(), z.unknown()).nullish(), returns: z.array(z.looseObject({ items: z.array(z.looseObject({ reason_id: z.string().nullish() })).nullish() })).nullish() })) });
const reasonList = z.looseObject({ return_reasons: z.array(z.looseObject({ id: z.string(), label: z.string() })) });
const headFields = "id,display_id,updated_at,payment_collections.payments.updated_at,payment_collections.payments.captures.updated_at,payment_collections.payments.refunds.updated_at,fulfillments.updated_at,returns.updated_at";
const movedAt = ({ updated_at, fulfillments, returns, payment_collections: collections }: Head): Instant =>
  last([updated_at, ...[...(fulfillments ?? []), ...(returns ?? []), ...(collections ?? []).flatMap(({ payments }) => (payments ?? []).flatMap((one) => [one, ...(one.captures ?? []), ...(one.refunds ?? [])]))].map((row) => row.updated_at)]);

const idOf = (row: unknown): string => { const { id } = (row ?? {}) as { id?: unknown }; return typeof id === "string" ? id : ""; };
/** In one order always, and without what says nothing of the order: when it was last written, our own notes, figures that Medusa computes from what was asked. */
function settledForm(value: unknown): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map(settledForm).sort((a, b) => idOf(a).localeCompare(idOf(b)));
  return value !== null && typeof value === "object" ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, settledForm(inner)])) : value;
}
function told(order: z.infer<typeof whole>["orders"][number], edits: number, reasons: ReadonlyMap<string, string>): object {
  const { updated_at: _, payment_status: _p, fulfillment_status: _f, summary: _s, metadata, returns, ...rest } = order;
  const theirs = Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith("ledgerline_")));
  const named = (returns ?? []).map((one) => ({ ...one, items: (one.items ?? []).map((item) => ({ ...item, reason: item.reason_id == null ? null : { id: item.reason_id, label: reasons.get(item.reason_id) ?? null } })) }));
  return settledForm({ ...rest, metadata: theirs, returns: named, edits }) as object;
}

/** Calls at a time for what has to be asked order by order. */
const atOnce = 4;
/** One page of the orders that fit, and those of them that moved since. What makes the version is read before the order, so that none is told under too high a version. */
export async function movedOrders(session: MedusaSession, filter: Record<string, string>, from: Instant | null, skip: number): Promise<Result<Page>> {
  const { settings } = session, chosen = settings.salesChannel === undefined ? {} : { "sales_channel_id[]": settings.salesChannel };
  const page = asResult(await read(session, `orders?${pageOf(settings, skip, { fields: headFields, ...chosen, ...filter })}`, heads), "orders");
  if (!page.ok) return page;
  const rows = page.value.orders.map((row) => ({ row, at: movedAt(row) })), moved = rows.filter(({ at }) => from === null || at >= from), edits = new Map<string, number>();
  const answer = (messages: SourceMessage[]) => ok({ rows: rows.map(({ at }) => at), messages, total: page.value.count });
  if (moved.length === 0) return answer([]);
  for (let first = 0; first < moved.length; first += atOnce) {
    const counted = await Promise.all(moved.slice(first, first + atOnce).map(async ({ row: { id } }) => ({ id, edits: asResult(await editsOf(session, id), "orders") })));
    for (const one of counted) {
      if (!one.edits.ok) return one.edits;
      edits.set(one.id, one.edits.value);
    }
  }
  const all = asResult(await read(session, `orders?${new URLSearchParams([...moved.map(({ row }) => ["id[]", row.id]), ["fields", orderFields], ["limit", String(moved.length)]]).toString()}`, whole), "orders");
  if (!all.ok) return all;
  // an order tells no more of a reason than its id
  const reasons = all.value.orders.some(({ returns }) => returns?.length) ? asResult(await read(session, "return-reasons?limit=1000&fields=id,label", reasonList), "reasons") : ok({ return_reasons: [] });
  if (!reasons.ok) return reasons;
  const labels = new Map(reasons.value.return_reasons.map(({ id, label }) => [id, label]));
  return answer(moved.flatMap(({ row, at }) => all.value.orders.filter(({ id }) => id === row.id).map((order) => messageOf("order", numberOf(row), told(order, edits.get(row.id) ?? 0, labels), at))));
}
/** Placed within the days that are swept. `now` is one for all pages. */
export const swept = ({ sweepDays }: MedusaSettings, now: Instant): Record<string, string> => ({ "created_at[$gte]": addMs(now, -sweepDays * dayMs) });

/** The records of one kind, as far as they moved. */
const records = <K extends "customer" | "product", S extends z.ZodType<{ id: string; updated_at: string }>>(kind: K, row: S, fields: string, movedAt: (one: z.infer<S>) => Instant): MedusaFeed =>
  paged(`${kind}s`, 60_000, async (session, { from }, skip) => {
    const page = asResult(await read(session, `${kind}s?${pageOf(session.settings, skip, { fields })}`, z.looseObject({ count: z.number().int(), [`${kind}s`]: z.array(row) })), kind);
    if (!page.ok) return page;
    const rows = (page.value[`${kind}s`] as z.infer<S>[]).map((one) => ({ one, at: movedAt(one) }));
    return ok({ rows: rows.map(({ at }) => at), messages: rows.filter(({ at }) => from === null || at >= from).map(({ one, at }) => messageOf(kind, one.id, settledForm(one) as object, at)), total: page.value.count as number });
  });

const inventory = z.looseObject({ count: z.number().int(), inventory_items: z.array(inventoryItem) });
/** Medusa's own count of stock, as far as it moved: it cannot be asked for what moved since. */
const stock = paged("stock", 60_000, async (session, { from }, skip) => {
  const page = asResult(await read(session, `inventory-items?${pageOf(session.settings, skip, { fields: inventoryFields })}`, inventory), "stock");
  if (!page.ok) return page;
  const rows = page.value.inventory_items, moved = rows.flatMap(levelsOf).filter((level) => from === null || level.at >= from);
  return ok({ rows: rows.map((row) => last([row.updated_at, ...row.location_levels.map(({ updated_at }) => updated_at)])), messages: moved.map((level) => messageOf("stock", `${level.sku}:${level.location}`, level, level.at)), total: page.value.count });
});

/**
 * What the module in Medusa should have told, once more. `updated_at` of an order stands still while its payment is captured:
 * `orders` finds what else happens, quickly; `movements` looks at every order of the last `sweepDays`.
 */
export const feeds: readonly MedusaFeed[] = [
  paged("orders", 15_000, (session, { from }, skip) => movedOrders(session, from === null ? {} : { "updated_at[$gte]": from }, from, skip)),
  paged("movements", 60_000, (session, { from, began }, skip) => movedOrders(session, swept(session.settings, began), from, skip)),
  records("customer", customer, "id,email,company_name,first_name,last_name,updated_at", (one) => last([one.updated_at])),
  // a variant that is changed does not move its product
  records("product", product, "id,title,status,updated_at,variants.id,variants.sku,variants.title,variants.updated_at", (one) => last([one.updated_at, ...one.variants.map((variant) => variant.updated_at)])),
  stock,
];
