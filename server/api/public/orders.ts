import { z } from "zod";
import { decodeCursor, encodeCursor, one } from "@/server/read/query";
import type { Doors } from "./door";
import { authenticate } from "./events";
import { problem } from "./problem";

/** An order as others see it. Amounts are decimal text; times are UTC. */
export const orderView = z.object({
  number: z.string(), entity: z.string(), customer: z.string().nullable(), customerName: z.string().nullable(), channel: z.string().nullable(),
  currency: z.string().nullable(), placedAt: z.iso.datetime().nullable(), stage: z.string().nullable(), stageSince: z.iso.datetime().nullable(),
  tracks: z.record(z.string(), z.string()), facets: z.array(z.string()), amounts: z.record(z.string(), z.string()), complete: z.boolean(),
  whyNotPosted: z.string().nullable(), updatedAt: z.iso.datetime(),
  identifiers: z.array(z.object({ kind: z.string(), value: z.string() })),
});
export type OrderView = z.infer<typeof orderView>;

export const listParameters = z.object({
  /** Headline stage, `complete` or `open`. */
  status: z.string().max(40).optional(),
  updatedAfter: z.iso.datetime({ offset: true }).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const columns = `s.number, s.entity, s.customer, s.customer_name as "customerName", s.channel, s.currency, s.placed_at as "placedAt", s.stage,
  s.stage_since as "stageSince", coalesce(s.tracks, '{}') as tracks, s.facets, coalesce(s.amounts, '{}') as amounts, s.complete, s.sentence as "whyNotPosted", s.updated_at as "updatedAt",
  coalesce((select json_agg(json_build_object('kind', i.kind, 'value', i.value) order by i.kind, i.value) from subject_identifier i where i.subject_id = s.id), '[]') as identifiers`;

/** An order is told of from its first plan on: before that nothing is known of it but that it is there. */
const told = "s.plan_no > 0";

export async function getOrder(services: Doors, request: Request, number: string): Promise<Response> {
  const client = await authenticate(services, request, "orders:read");
  if (!client.ok) return problem(client.error.code === "SCOPE" ? 403 : 401, client.error);
  const row = await one<OrderView>(services.query, `select ${columns} from subject s where s.kind = 'order' and ${told} and s.entity = $1 and (s.key = $2 or s.number = $2) limit 1`, [client.value.entity, number]);
  return row ? Response.json(row) : problem(404, { code: "NOT_FOUND", message: `No order ${number.slice(0, 80)} in ${client.value.entity}` });
}

export async function listOrders(services: Doors, request: Request): Promise<Response> {
  const client = await authenticate(services, request, "orders:read");
  if (!client.ok) return problem(client.error.code === "SCOPE" ? 403 : 401, client.error);
  const parsed = listParameters.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!parsed.success) return problem(400, { code: "PARAMETER", message: parsed.error.issues[0]?.message ?? "not valid", at: parsed.error.issues[0]?.path.join(".") ?? "" });
  const { status, updatedAfter, cursor, limit } = parsed.data;
  const from = cursor === undefined ? null : decodeCursor(cursor, 2);
  if (cursor !== undefined && !from) return problem(400, { code: "CURSOR", message: "This cursor was not made here", at: "cursor" });
  const rows = await services.query.rows<OrderView & { id: string }>(
    `select s.id, ${columns} from subject s where s.kind = 'order' and ${told} and s.entity = $1
       and ($2::text is null or ($2 = 'complete' and s.complete) or ($2 = 'open' and not s.complete) or s.stage = $2)
       and ($3::timestamptz is null or s.updated_at > $3) and ($4::timestamptz is null or (s.updated_at, s.id) > ($4, $5))
     order by s.updated_at, s.id limit $6`,
    [client.value.entity, status ?? null, updatedAfter ?? null, from?.[0] ?? null, from?.[1] ?? null, limit + 1]);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return Response.json({
    items: items.map(({ id: _id, ...view }) => view),
    next: rows.length > limit && last ? encodeCursor([last.updatedAt, last.id]) : null,
  });
}
