import { z } from "zod";
import type { HealthReport } from "../services";
import { envelope } from "@/server/integrations/contract/cloud-event";
import { limits } from "./events";
import { publishedContracts } from "./contracts";
import { orderView } from "@/server/read/public-orders";
import { listParameters, orderPage } from "./orders";

const problemSchema = z.object({ type: z.string(), title: z.string(), status: z.number().int(), code: z.string(), detail: z.string(), parameter: z.string().optional(), correlationId: z.string().optional() });
const resultSchema = z.object({ id: z.string().nullable(), status: z.enum(["accepted", "repeated", "refused"]), code: z.string().optional(), detail: z.string().optional(), pointer: z.string().regex(/^(\/([^~/]|~[01])*)*$/).optional() });
const count = z.number().int().min(0);
const healthSchema: z.ZodType<HealthReport> = z.object({
  status: z.enum(["ok", "failing"]), reason: z.string().nullable(), database: z.object({ ok: z.boolean(), latencyMs: z.number().nullable() }),
  workers: z.array(z.object({ id: z.string(), seenAt: z.iso.datetime(), fresh: z.boolean() })),
  postingsStopped: count, backlog: z.object({ messages: count, unplanned: count, commandsDue: count, outbox: count, oldestSeconds: z.number() }),
});
const storedSchema = z.object({ status: z.enum(["accepted", "repeated", "conflict"]), message: z.string(), correlationId: z.string() });
const contractsSchema = z.object({ contracts: z.array(z.object({ type: z.string(), name: z.string(), version: z.number().int(), schema: z.record(z.string(), z.unknown()), example: z.record(z.string(), z.unknown()) })) });
const json = (schema: z.ZodType, io: "input" | "output" = "output") => z.toJSONSchema(schema, { io, unrepresentable: "any" });
const content = (schema: unknown, type = "application/json") => ({ content: { [type]: { schema } } });
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const errors = (...statuses: number[]) => Object.fromEntries(statuses.map((status) => [status, { description: "Problem (RFC 9457)", ...content(reference("Problem"), "application/problem+json") }]));

const busy = { 408: { description: "The body did not come in its time: nothing was kept, and the connection ends (problem, RFC 9457)", ...content(reference("Problem"), "application/problem+json") }, 429: { description: "No room at this moment: nothing was kept; `retry-after` says in how many seconds to come again (problem, RFC 9457)", ...content(reference("Problem"), "application/problem+json") } };

interface Operation { summary: string; responses: Record<string, { description: string; content?: unknown }>; [more: string]: unknown }
type Operations = Partial<Record<"get" | "post", Operation>>;
const another = { 405: { description: "Another method: `allow` names those that are taken (problem, RFC 9457)", ...content(reference("Problem"), "application/problem+json") } };

/** One door with what every door answers besides: `HEAD` as `GET` without a body, `OPTIONS`, another method, and a failure of ours. */
function addressOf({ get, post }: Operations): Record<string, unknown> {
  const whole = (operation: Operation): Operation => ({ ...operation, responses: { ...operation.responses, ...another, ...errors(500) } });
  const bodiless = (operation: Operation): Operation => ({ ...operation, summary: `The headers of: ${operation.summary}`, responses: Object.fromEntries(Object.entries(whole(operation).responses).map(([status, { description }]) => [status, { description }])) });
  return { ...(get ? { get: whole(get), head: bodiless(get) } : {}), ...(post ? { post: whole(post) } : {}), options: { summary: "The methods that are taken", responses: { 204: { description: "`allow` names them" } } } };
}

/** Attributes of an event that is sent in binary mode; values are percent-encoded UTF-8. Extensions, such as correlationid, likewise. */
const attributes = ["specversion", "id", "source", "type", "time", "subject"].map((name) => ({ name: `ce-${name}`, in: "header", required: false, description: "Binary mode only", schema: { type: "string" } }));

/** OpenAPI 3.1 of the public doors, made from the schemas that check requests and shape answers. */
export function openApi(): Record<string, unknown> {
  const properties = (json(listParameters, "input") as { properties: Record<string, unknown> }).properties;
  return {
    openapi: "3.1.0",
    info: { title: "Ledgerline", version: "1", description: "Events in, orders out. Every event that was answered with accepted is stored before the answer." },
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
      schemas: { Problem: json(problemSchema), Order: json(orderView), OrderPage: json(orderPage), EventResult: json(resultSchema), Event: json(envelope, "input"), Health: json(healthSchema), Stored: json(storedSchema), Contracts: json(contractsSchema) },
    },
    paths: {
      "/api/v1/events": addressOf({ post: {
        summary: `Send one event, or a batch of up to ${limits.batch}`, security: [{ key: [] }],
        requestBody: { required: true, content: { "application/cloudevents+json": { schema: reference("Event") }, "application/cloudevents-batch+json": { schema: { type: "array", maxItems: limits.batch, items: reference("Event") } }, "application/json": { schema: { description: "In binary mode: the event's data, with its attributes in the headers. Without ce- headers: an event, as application/cloudevents+json" } } } },
        parameters: attributes,
        responses: { 202: { description: "A result for each event, in order", ...content({ type: "object", required: ["results"], properties: { results: { type: "array", items: reference("EventResult") } } }) }, ...errors(400, 401, 409, 413, 415, 503), ...busy },
      } }),
      "/api/v1/contracts": addressOf({ get: { summary: "Each event type with its JSON Schema and a valid example", responses: { 200: { description: "Contracts", ...content(reference("Contracts")) } } } }),
      "/api/v1/orders": addressOf({ get: {
        summary: "Orders, oldest change first", description: "In the order in which changes were committed. Walk by `next`; then poll with the last `updatedAt` as `updatedAfter`: nothing ever appears behind it. An order that changed meanwhile comes again.", security: [{ key: [] }],
        parameters: Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: false, schema })),
        responses: { 200: { description: "A page; `next` goes back as `cursor`", ...content(reference("OrderPage")) }, ...errors(400, 401, 403, 503) },
      } }),
      "/api/v1/orders/{number}": addressOf({ get: { summary: "One order", security: [{ key: [] }], parameters: [{ name: "number", in: "path", required: true, schema: { type: "string" } }], responses: { 200: { description: "The order", ...content(reference("Order")) }, ...errors(400, 401, 403, 404, 503) } } }),
      "/api/webhooks/{connector}": addressOf({ post: { summary: "A connected system's own message, signed by its own rule", parameters: [{ name: "connector", in: "path", required: true, schema: { type: "string" } }], responses: { 200: { description: "Known already, or its id came with other content before", ...content(reference("Stored")) }, 202: { description: "Stored", ...content(reference("Stored")) }, ...errors(400, 401, 404, 413, 503), ...busy } } }),
      "/api/v1/openapi.json": addressOf({ get: { summary: "This document", responses: { 200: { description: "OpenAPI 3.1", ...content({ type: "object" }) } } } }),
      "/api/health": addressOf({ get: { summary: "Database, workers, backlog", responses: { 200: { description: "Healthy", ...content(reference("Health")) }, 503: { description: "Failing, with the reason", ...content(reference("Health")) } } } }),
      "/metrics": addressOf({ get: { summary: "Figures for Prometheus", responses: { 200: { description: "Text exposition format", ...content({ type: "string" }, "text/plain") }, ...errors(503) } } }),
    },
    "x-contracts": publishedContracts().map(({ type, schema }) => ({ type, schema })),
  };
}
