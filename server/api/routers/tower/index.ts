import { z } from "zod";
import { gapFigure } from "@/server/read/completeness";
import { connectorBoard } from "@/server/read/connectors";
import { ageMatrix, exceptionsByKind, flightFigures, openChannels, pipeline } from "@/server/read/tower";
import { latencyView } from "@/server/read/tower-latency";
import { moneyHeldNow, shippedNotInvoiced, unexplainedNow, type ProofFigure } from "@/server/read/tower-money";
import { stageTargets } from "@/server/read/service-levels";
import { keptFor, provedForMs } from "../../kept";
import { reader, router } from "../../trpc";

const input = z.object({ channel: z.string().max(40).optional(), currency: z.string().regex(/^[A-Z]{3}$/).optional() });

/** Everything on the Tower but the proof. What has no channel (exceptions, holds, connectors) is over all channels, and says so. */
const overview = reader.input(input).query(async ({ ctx, input: { channel, currency } }) => {
  const { query } = ctx.services, { entities } = ctx;
  const filter = { entities, channel: channel ?? null }, now = ctx.services.now();
  const flight = await flightFigures(query, filter);
  const main = currency ?? flight.money.find((row) => row.currency !== "")?.currency ?? "USD";
  const [matrix, flow, latency, exceptions, held, unbilled, board, kinds, channels, targets, gap] = await Promise.all([
    ageMatrix(query, filter, main), pipeline(query, filter, main), latencyView(query, filter, now), exceptionsByKind(query, entities), moneyHeldNow(query, entities), shippedNotInvoiced(query, filter),
    connectorBoard(query, entities), ctx.services.connectors.describe(), openChannels(query, entities), stageTargets(query, filter), gapFigure(query, entities),
  ]);
  const connectors = board.map((row) => { const kind = kinds.find(({ type }) => type === row.type); return { ...row, grade: kind?.grade ?? null, serves: kind?.capabilities.join(", ").replaceAll("_", " ") || "events in", perMinute: kind ? Math.min(row.perMinute, kind.limits.perMinute) : row.perMinute }; });
  return { asOf: now, channel: channel ?? null, currency: main, flight, matrix, flow, latency, exceptions, held, unbilled, connectors, channels, targets, gap };
});

const proofs = keptFor<ProofFigure>(provedForMs);

/** The equations over what is alive, proved at most once a minute for each set of entities, whoever looks. */
const proof = reader.query(({ ctx }) => proofs(ctx.entities === null ? "*" : [...ctx.entities].sort().join(","), () => unexplainedNow(ctx.services.query, ctx.entities, ctx.services.now())));

export const towerRouter = router({ overview, proof });
