import { z } from "zod";
import type { Person } from "@/server/api/services";
import { mayResume } from "@/server/domain/posting-brake";
import { mayDo } from "@/server/domain/rights";
import { largePostings, postingStops, runningPostings } from "@/server/read/posting-brake";
import { reader, router, signedIn, unwrap } from "../../trpc";

const reason = z.string().trim().min(3, "Say why, in a few words").max(1000);
const entity = z.string().min(1).max(12);

const missing = (right: ReturnType<typeof mayDo>): string | null => (right.ok ? null : right.error.message);
const missingToResume = (person: Person, stop: { entity: string; byId: string }): string | null => missing(mayResume(person, { entity: stop.entity, stoppedBy: stop.byId }));

/** Stops that stand in the entities in view, with what the person lacks to release each. */
const stops = reader.query(async ({ ctx }) => (await postingStops(ctx.services.query, ctx.entities)).map((stop) => ({ ...stop, missing: missingToResume(ctx.person, stop) })));

/** Entities whose postings go on, with what the person lacks to stop them. */
const running = reader.query(async ({ ctx }) => (await runningPostings(ctx.services.query, ctx.entities, ctx.person.id)).map((home) => ({ ...home, missing: missing(mayDo(ctx.person.grants, "postings.stop", home.code)) })));

const stop = signedIn.input(z.object({ entity, reason })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.postings.stop(ctx.person, input.entity, input.reason)));
const resume = signedIn.input(z.object({ entity, since: z.iso.datetime(), reason, raisedTo: z.string().max(24).nullish() })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.postings.resume(ctx.person, input.entity, input.since, input.reason, input.raisedTo)));

/** Documents that are far larger than usual and wait for a person, each with what this one lacks to let it go. */
const large = reader.query(async ({ ctx }) => (await largePostings(ctx.services.query, ctx.entities)).map((held) => ({ ...held, missing: missing(mayDo(ctx.person.grants, "postings.resume", held.entity)) })));
const release = signedIn.input(z.object({ command: z.string().regex(/^\d{1,18}$/), digest: z.string().min(1).max(200), reason })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.postings.release(ctx.person, input.command, input.digest, input.reason)));

export const postingsRouter = router({ stops, running, stop, resume, large, release });
