import { z } from "zod";
import { defaultPolicy } from "@/server/domain/default-policy";
import { instant } from "@/server/domain/instant";
import { stages } from "@/server/domain/stages";
import { normalIdentifier, subjectId } from "@/server/domain/subject";
import { unkeepablePlace } from "@/server/domain/text";
import { orderView, publicOrderColumns, type OrderView } from "@/server/read/public-orders";
import { decodeCursor, encodeCursor, one } from "@/server/read/query";
import type { ApiClient } from "../services";
import type { Doors } from "./door";
import { authenticate } from "./events";
import { problem } from "./problem";

export const orderPage = z.object({ items: z.array(orderView), next: z.string().nullable() });

const statuses = ["open", "complete", ...stages] as const;
export const listParameters = z.object({
  status: z.enum(statuses, `must be one of ${statuses.join(", ")}`).optional().describe("Headline stage, `complete` or `open`"),
  updatedAfter: instant.optional().describe("`updatedAt` rises in the order in which changes were committed and no two orders of an entity share one: who goes on from the last `updatedAt` that it saw misses nothing. Up to a second behind."),
  cursor: z.string().max(500).optional().describe("`next` of the page before"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const cursorParts = z.tuple([z.iso.datetime()]);

/** Its own orders, and every order of the entity. */
export const orderScopes = ["orders:read", "orders:read:all"] as const;
/**
 * Whether `s` is an order of source $1; of anybody where that is null. Whose it is `ownerOf` says: the order system of record's
 * ($2: the default rules'), else of whoever was first heard of it. Who names another's number reads nothing of it.
 */
const own = `($1::text is null or $1 = (select f.source from fact f where f.subject_id = s.id and f.type = 'order.captured' order by coalesce(f.source =
  (select coalesce(p.data->'systemsOfRecord', $2::jsonb)->>'order' from policy_version p where p.entity = s.entity and p.valid_from <= now() order by p.version desc limit 1), false) desc, f.recorded_at, f.occurred_at, f.source limit 1))`;
const reader = ({ scopes, source }: ApiClient): unknown[] => [scopes.includes("orders:read:all") ? null : source, JSON.stringify(defaultPolicy.systemsOfRecord)];

/** `GET /api/v1/orders/{number}`: by its number now or when it was first seen. Told of from its first plan on, as in the list. */
export async function getOrder(services: Doors, request: Request, number: string): Promise<Response> {
  const client = await authenticate(services, request, ...orderScopes);
  if (!client.ok) return problem(client.error.code === "SCOPE" ? 403 : 401, client.error);
  const { entity } = client.value;
  const row = unkeepablePlace(number) !== null ? null : await one<OrderView>(services.query,
    `with named as (select $3::text as id union all select subject_id from subject_identifier where normal = $4 and $4 <> '' and value = $5 and kind = 'order')
     select ${publicOrderColumns} from order_feed f join subject s on s.id = f.subject_id where f.subject_id in (select id from named) and s.kind = 'order' and s.entity = $6 and ${own} order by s.id = $3 desc limit 1`,
    [...reader(client.value), subjectId({ entity, kind: "order", key: number }), normalIdentifier(number), number, entity]);
  return row ? Response.json(row) : problem(404, { code: "NOT_FOUND", message: `No order ${number.slice(0, 80)} in ${entity}${client.value.scopes.includes("orders:read:all") ? "" : `, or not one of ${client.value.source}: with the scope orders:read:all a key reads those of others too`}` });
}

/** `GET /api/v1/orders`: in the order of commit, so that a walk or a poll never passes what may still appear behind it. */
export async function listOrders(services: Doors, request: Request): Promise<Response> {
  const client = await authenticate(services, request, ...orderScopes);
  if (!client.ok) return problem(client.error.code === "SCOPE" ? 403 : 401, client.error);
  const asked = Object.fromEntries(new URL(request.url).searchParams), odd = Object.keys(asked).find((name) => !Object.hasOwn(listParameters.shape, name));
  if (odd !== undefined) return problem(400, { code: "PARAMETER", message: `${odd.slice(0, 80)} is no parameter: ${Object.keys(listParameters.shape).join(", ")}`, at: odd.slice(0, 80) });
  const parsed = listParameters.safeParse(asked);
  if (!parsed.success) return problem(400, { code: "PARAMETER", message: `${parsed.error.issues[0]?.path.join(".") ?? ""} ${parsed.error.issues[0]?.message ?? "is not valid"}`, at: parsed.error.issues[0]?.path.join(".") ?? "" });
  const { status, updatedAfter, cursor, limit } = parsed.data;
  const from = cursor === undefined ? null : cursorParts.safeParse(decodeCursor(cursor, 1));
  if (from?.success === false) return problem(400, { code: "CURSOR", message: "This cursor was not made here", at: "cursor" });
  const rows = await services.query.rows<OrderView>(
    `select ${publicOrderColumns} from order_feed f join subject s on s.id = f.subject_id where f.entity = $3
       and ($4::text is null or ($4 = 'complete' and s.complete) or ($4 = 'open' and not s.complete) or s.stage = $4)
       and f.changed_at > coalesce(greatest($5::timestamptz, $6::timestamptz), '-infinity') and ${own} order by f.changed_at limit $7`,
    [...reader(client.value), client.value.entity, status ?? null, updatedAfter ?? null, from?.data[0] ?? null, limit + 1]);
  const items = rows.slice(0, limit), last = items.at(-1);
  return Response.json({ items, next: rows.length > limit && last ? encodeCursor([last.updatedAt]) : null });
}
