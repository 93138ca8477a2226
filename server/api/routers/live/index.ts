import { tracked } from "@trpc/server";
import { z } from "zod";
import { shutdown } from "@/server/observability/shutdown";
import { reader, router } from "../../trpc";

/** One small signal whenever something changed; screens refetch what they show. Missed signals are made up by the next one. */
const changed = reader.input(z.object({ lastEventId: z.string().nullish() }).optional()).subscription(async function* ({ ctx, signal }) {
  const ends = signal ? AbortSignal.any([signal, shutdown.signal]) : shutdown.signal;
  yield tracked(ctx.services.now(), { at: ctx.services.now() });
  for await (const at of ctx.services.changes(ends)) yield tracked(at, { at });
});

export const liveRouter = router({ changed });
