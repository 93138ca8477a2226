import { z } from "zod";
import { mayDo, type Permission } from "@/server/domain/rights";
import { connectorBoard, connectorDetail, connectorTraffic, type ConnectorRowView } from "@/server/read/connectors";
import type { ConnectorDescription } from "../../connectors";
import { demand, reader, refused, router, signedIn, unwrap } from "../../trpc";

const id = z.string().min(1).max(80);
const reason = z.string().trim().min(1, "Say why, in a few words").max(1000);

/** A row can never call more often than its code allows. */
const described = <Row extends ConnectorRowView>(row: Row, kinds: readonly ConnectorDescription[]) => {
  const kind = kinds.find(({ type }) => type === row.type) ?? null;
  return { ...row, title: kind?.title ?? row.type, grade: kind?.grade ?? null, perMinute: kind ? Math.min(row.perMinute, kind.limits.perMinute) : row.perMinute };
};

const list = reader.query(async ({ ctx }) => {
  const [board, traffic, kinds] = await Promise.all([connectorBoard(ctx.services.query, ctx.entities), connectorTraffic(ctx.services.query, ctx.entities), ctx.services.connectors.describe()]);
  return { connectors: board.map((row) => ({ ...described(row, kinds), traffic: traffic.get(row.id) ?? { calls: Array.from({ length: 12 }, () => 0), failed: 0 } })), asOf: ctx.services.now() };
});

const get = reader.input(z.object({ id })).query(async ({ ctx, input }) => {
  const [detail, kinds] = await Promise.all([connectorDetail(ctx.services.query, ctx.entities, input.id), ctx.services.connectors.describe()]);
  if (!detail) throw refused({ code: "NOT_FOUND", message: `No connector ${input.id} in your entities` });
  const missing = (permission: Permission): string | null => { const right = mayDo(ctx.person.grants, permission, detail.entity); return right.ok ? null : right.error.message; };
  const payloads = missing("payload.read");
  return {
    ...described(detail, kinds), kind: kinds.find(({ type }) => type === detail.type) ?? null, secretsSet: await ctx.services.connectors.secretsSet(detail.id),
    attempts: payloads === null ? detail.attempts : detail.attempts.map((attempt) => ({ ...attempt, request: null, response: null })),
    missing: { manage: missing("connector.manage"), payloads }, asOf: ctx.services.now(),
  };
});

/** Reads only, but speaks to the outside with the connector's rights. */
const check = signedIn.input(z.object({ id })).mutation(async ({ ctx, input }) => {
  const all = ctx.person.grants.some((grant) => grant.entity === "*");
  const detail = await connectorDetail(ctx.services.query, all ? null : ctx.person.grants.map((grant) => grant.entity), input.id);
  if (!detail) throw refused({ code: "NOT_FOUND", message: `No connector ${input.id} in your entities` });
  demand(ctx.person, "connector.manage", detail.entity);
  const result = await ctx.services.connectors.check(input.id);
  return { ok: result.ok, detail: result.ok ? result.value.detail : result.error.message, tookMs: result.ok ? result.value.tookMs : null, at: ctx.services.now() };
});

const pause = signedIn.input(z.object({ id, paused: z.boolean(), reason })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.pauseConnector(ctx.person, input.id, input.paused, input.reason)));

const pauseKind = signedIn.input(z.object({ id, kind: z.string().regex(/^[a-z_]{2,60}$/), paused: z.boolean(), reason })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.pauseKind(ctx.person, input.id, input.kind, input.paused, input.reason)));

const save = signedIn
  .input(z.object({ id, version: z.number().int().min(1), settings: z.record(z.string().max(80), z.unknown()), secrets: z.record(z.string().max(80), z.string().max(4000)).optional(), reason }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.saveConnectorSettings(ctx.person, input.id, { settings: input.settings, version: input.version, ...(input.secrets ? { secrets: input.secrets } : {}) }, input.reason)));

export const connectorsRouter = router({ list, get, check, pause, pauseKind, save });
