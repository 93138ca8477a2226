import { z } from "zod";
import { endingWords } from "@/server/domain/exceptions";
import { mayDo, type Permission } from "@/server/domain/rights";
import type { Result } from "@/server/domain/result";
import { causesReach, type CauseReach } from "@/server/read/bulk";
import type { ExceptionChoice } from "../../desk";
import type { Person, Services } from "../../services";
import { reader, signedIn } from "../../trpc";

/** Above this many causes or documents an act is split, so that one mistake stays small. */
const MOST_CAUSES = 100, MOST_ITEMS = 1000;

/** Retry, restart and duplicate of many are bulk actions, see `routers/bulk`. */
const verbs = ["resolve", "assign", "snooze"] as const;
type Verb = (typeof verbs)[number];
const permissionOf: Record<Verb, Permission> = { resolve: "exception.resolve", assign: "exception.assign", snooze: "exception.assign" };
const fingerprint = z.string().min(1).max(500);
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

function effectOf(verb: Verb, { items }: CauseReach): string {
  const documents = plural(items.length, "document");
  return { resolve: `${documents} ended by your word`, assign: `${documents} owned by you`, snooze: `${documents} out of the open list until then` }[verb];
}

function obstacle(person: Person, verb: Verb, reach: CauseReach): string | null {
  const right = mayDo(person.grants, permissionOf[verb], reach.entity);
  if (!right.ok) return right.error.message;
  if (reach.items.length === 0) return "nothing of it is open any more";
  if (reach.items.length > MOST_ITEMS) return `more than ${MOST_ITEMS} documents: act on this cause alone`;
  return null;
}

/** What an act on the ticked causes would do, one by one, with the items of this moment. Writes nothing. */
const bulkPreview = reader.input(z.object({ verb: z.enum(verbs), fingerprints: z.array(fingerprint).min(1).max(MOST_CAUSES) })).query(async ({ ctx, input }) => {
  const causes = await causesReach(ctx.services.query, ctx.entities, input.fingerprints);
  return {
    asOf: ctx.services.now(),
    rows: causes.map((cause) => ({ key: cause.fingerprint, code: cause.code, title: cause.title, money: cause.money, items: cause.items, effect: effectOf(input.verb, cause), why: obstacle(ctx.person, input.verb, cause) })),
  };
});

const act = z.discriminatedUnion("verb", [
  z.object({ verb: z.literal("assign") }),
  z.object({ verb: z.literal("resolve"), resolution: z.enum(endingWords).exclude(["posted_by_hand"]) }), z.object({ verb: z.literal("snooze"), until: z.iso.datetime() }),
]);

function doOne({ desk }: Services, person: Person, what: z.infer<typeof act>, choice: ExceptionChoice, reason: string): Promise<Result<unknown>> {
  switch (what.verb) {
    case "resolve": return desk.resolve(person, choice, what.resolution, reason);
    case "assign": return desk.assign(person, choice.fingerprint, { assignee: person.id }, reason);
    case "snooze": return desk.snooze(person, choice.fingerprint, what.until, reason);
  }
}

/** Each cause in a commit of its own with its own audit row: one that is refused keeps none of the others. */
const bulk = signedIn
  .input(z.object({ act, causes: z.array(z.object({ fingerprint, items: z.array(z.string().regex(/^\d{1,18}$/)).min(1).max(MOST_ITEMS) })).min(1).max(MOST_CAUSES), reason: z.string().trim().min(3, "Say why, in a few words").max(1000) }))
  .mutation(async ({ ctx, input }) => {
    const results: { key: string; ok: boolean; message: string }[] = [];
    for (const cause of input.causes) {
      const result = await doOne(ctx.services, ctx.person, input.act, cause, input.reason);
      results.push({ key: cause.fingerprint, ok: result.ok, message: result.ok ? `${plural(cause.items.length, "document")}: ${{ resolve: "ended", assign: "yours now", snooze: "asleep until then" }[input.act.verb]}` : result.error.message });
    }
    return results;
  });

export const bulkProcedures = { bulkPreview, bulk };
