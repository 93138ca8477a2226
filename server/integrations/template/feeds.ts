import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult } from "../contract/outcome";
import { windowed } from "../contract/windows";
import { read } from "./client";
import type { TemplateSecrets, TemplateSettings } from "./config";
import { page } from "./wire";

/** What webhooks should have told, once more, in windows that overlap. One revision of one order is one message. */
export const feeds: readonly Feed<TemplateSettings, TemplateSecrets>[] = [
  windowed<TemplateSettings, TemplateSecrets, string>("orders", 15_000, async (session, { from, page: behind }) => {
    const query = new URLSearchParams({ limit: String(session.settings.pageSize), ...(behind === null ? {} : { next: behind }), ...(from === null ? {} : { updated_since: from }) });
    const found = asResult(await read(session, `orders?${query.toString()}`, page), "orders");
    if (!found.ok) return found;
    const { orders, next } = found.value;
    const messages = orders.map((order): SourceMessage => ({ sourceMessageId: `order:${order.number}:${order.revision}`, contentType: "application/json", body: bytesOf({ type: "order.snapshot", data: { order } }), occurredAt: new Date(order.updated_at).toISOString() }));
    return ok({ messages, moments: orders.map(({ updated_at }) => updated_at), next: next ?? null });
  }),
];
