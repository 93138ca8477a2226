import { z } from "zod";
import { eventSource } from "@/server/domain/entity";
import { policyOf } from "@/server/domain/resilience";
import { mayDo, type Permission } from "@/server/domain/rights";
import { connectorBoard, connectorDetail, connectorTraffic, type ConnectorRowView } from "@/server/read/connectors";
import { keyList } from "@/server/read/keys";
import { entityList } from "@/server/read/shell";
import type { ConnectorDescription } from "../../connectors";
import type { Person, Services } from "../../services";
import { demand, reader, refused, router, signedIn, unwrap } from "../../trpc";

const id = z.string().min(1).max(80);
const reason = z.string().trim().min(1, "Say why, in a few words").max(1000);

/** A row can never call more often than its code allows. */
const described = <Row extends ConnectorRowView>(row: Row, kinds: readonly ConnectorDescription[]) => {
  const kind = kinds.find(({ type }) => type === row.type) ?? null;
  return { ...row, title: kind?.title ?? row.type, serves: kind?.capabilities.join(", ").replaceAll("_", " ") || "events in", grade: kind?.grade ?? null, perMinute: kind ? Math.min(row.perMinute, kind.limits.perMinute) : row.perMinute };
};

const list = reader.query(async ({ ctx }) => {
  const [board, traffic, kinds] = await Promise.all([connectorBoard(ctx.services.query, ctx.entities), connectorTraffic(ctx.services.query, ctx.entities), ctx.services.connectors.describe()]);
  return { connectors: board.map((row) => ({ ...described(row, kinds), traffic: traffic.get(row.id) ?? { calls: Array.from({ length: 12 }, () => 0), failed: 0 } })), asOf: ctx.services.now() };
});

/** One connector. `keys`: of those who bring its events, for who may set it up; null where events come to it by no key. */
const get = reader.input(z.object({ id })).query(async ({ ctx, input }) => {
  const [detail, kinds] = await Promise.all([connectorDetail(ctx.services.query, ctx.entities, input.id), ctx.services.connectors.describe()]);
  if (!detail) throw refused({ code: "NOT_FOUND", message: `No connector ${input.id} in your entities` });
  const missing = (permission: Permission): string | null => { const right = mayDo(ctx.person.grants, permission, detail.entity); return right.ok ? null : right.error.message; };
  const payloads = missing("payload.read"), kind = kinds.find(({ type }) => type === detail.type) ?? null;
  return {
    ...described(detail, kinds), kind, policy: policyOf(detail, kind?.limits ?? detail), secretsSet: await ctx.services.connectors.secretsSet(detail.id),
    attempts: payloads === null ? detail.attempts : detail.attempts.map((attempt) => ({ ...attempt, request: null, response: null })),
    keys: detail.type !== eventSource ? null : missing("connector.manage") !== null ? [] : await keyList(ctx.services.query, [detail.entity], detail.id),
    missing: { manage: missing("connector.manage"), payloads }, asOf: ctx.services.now(),
  };
});

/** A connector that the person may set up. */
const managed = async ({ services, person }: { services: Services; person: Person }, connector: string) => {
  const all = person.grants.some((grant) => grant.entity === "*");
  const detail = await connectorDetail(services.query, all ? null : person.grants.map((grant) => grant.entity), connector);
  if (!detail) throw refused({ code: "NOT_FOUND", message: `No connector ${connector} in your entities` });
  demand(person, "connector.manage", detail.entity);
  return detail;
};

/** Reads only, but speaks to the outside with the connector's rights. */
const check = signedIn.input(z.object({ id })).mutation(async ({ ctx, input }) => {
  await managed(ctx, input.id);
  const result = await ctx.services.connectors.check(input.id);
  return { ok: result.ok, detail: result.ok ? result.value.detail : result.error.message, tookMs: result.ok ? result.value.tookMs : null, at: ctx.services.now() };
});

/** What a sample file's rows would become by a mapping that is not saved. Calls nobody, keeps nothing. */
const tryMapping = signedIn.input(z.object({ id, mapping: z.record(z.string().max(80), z.unknown()), text: z.string().min(1).max(1_000_000) })).mutation(async ({ ctx, input }) => {
  const { type } = await managed(ctx, input.id);
  return unwrap(await ctx.services.connectors.tryMapping(type, input.mapping, input.text));
});

const pause = signedIn.input(z.object({ id, paused: z.boolean(), reason })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.pauseConnector(ctx.person, input.id, input.paused, input.reason)));

const pauseKind = signedIn.input(z.object({ id, kind: z.string().regex(/^[a-z_]{2,60}$/), paused: z.boolean(), reason })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.pauseKind(ctx.person, input.id, input.kind, input.paused, input.reason)));

const save = signedIn
  .input(z.object({ id, version: z.number().int().min(1), settings: z.record(z.string().max(80), z.unknown()), secrets: z.record(z.string().max(80), z.string().max(4000)).optional(), reason }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.saveConnectorSettings(ctx.person, input.id, { settings: input.settings, version: input.version, ...(input.secrets ? { secrets: input.secrets } : {}) }, input.reason)));

/** What may be added where: the shipped kinds, and the entities in which the person may. */
const kinds = reader.query(async ({ ctx }) => {
  const [kindsOf, entities] = await Promise.all([ctx.services.connectors.describe(), entityList(ctx.services.query, ctx.allowed)]);
  const places = entities.map(({ code, name }) => ({ code, name, right: mayDo(ctx.person.grants, "connector.manage", code) }));
  const [first] = places;
  const may = places.filter(({ right }) => right.ok).map(({ code, name }) => ({ code, name }));
  return { kinds: kindsOf, entities: may, missing: may.length > 0 ? null : first?.right.ok === false ? first.right.error.message : "There is no entity to add it to" };
});

const fresh = z.object({
  type: z.string().min(1).max(80), entity: z.string().min(1).max(12), settings: z.record(z.string().max(80), z.unknown()), secrets: z.record(z.string().max(80), z.string().max(4000)),
  id: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, "Small letters, digits and hyphens, at most 40; it begins with a letter"),
});

/** Calls the system with what is typed. Nothing is kept. */
const tryOut = signedIn.input(fresh).mutation(async ({ ctx, input }) => {
  demand(ctx.person, "connector.manage", input.entity);
  const result = await ctx.services.connectors.tryOut(input);
  return { ok: result.ok, detail: result.ok ? result.value.detail : result.error.message, tookMs: result.ok ? result.value.tookMs : null, at: ctx.services.now() };
});

const add = signedIn.input(fresh.extend({ name: z.string().trim().min(1, "Give it a name").max(80), reason }))
  .mutation(async ({ ctx, input: { reason: why, ...connector } }) => unwrap(await ctx.services.desk.addConnector(ctx.person, connector, why)));

const revokeKey = signedIn.input(z.object({ key: z.string().min(1).max(80), reason })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.revokeKey(ctx.person, input.key, input.reason)));

export const connectorsRouter = router({ list, get, kinds, tryOut, tryMapping, add, check, pause, pauseKind, save, revokeKey });
