import { setTimeout } from "node:timers/promises";
import type pg from "pg";
import type { EventType } from "@/server/domain/contracts/registry";
import type { CanonicalEvent } from "@/server/domain/facts";
import type { SubjectId } from "@/server/domain/subject";
import { writeExceptions } from "../exceptions";
import { recordEvents } from "../facts/record-events";
import type { Policies } from "../policies";
import { isTransient, transaction } from "../statement";
import { databaseNow } from "../clock";

/** Undoes the transaction of a refused act and carries its answer out. */
class Refused extends Error {
  readonly result: unknown;

  constructor(result: unknown) {
    super("refused");
    this.result = result;
  }
}
const isRefusal = (result: unknown): boolean => typeof result === "object" && result !== null && "ok" in result && result.ok === false;
/** An act that crossed another's locks committed nothing, and is done again this often at most. */
const triesAllowed = 3;
/** So that whom it crossed is through before it begins again. */
const restMs = 50;

/** Runs `work` in one transaction; an error or a failed result leaves nothing behind. `work` may run more than once. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction(pool, async (client) => {
        const result = await work(client);
        if (isRefusal(result)) throw new Refused(result);
        return result;
      });
    } catch (error) {
      if (error instanceof Refused) return error.result as T;
      if (!isTransient(error) || tries >= triesAllowed) throw error;
      await setTimeout(restMs);
    }
  }
}

export interface Act { actor: string; action: string; aboutKind: string; aboutId: string; reason: string | null; detail: Record<string, unknown> }

/** Every act of a person leaves a row in the same commit as its effect. */
export const audit = (client: pg.PoolClient, act: Act): Promise<void> => auditAll(client, [act]);

/** As many acts as were done together, in their order. */
export async function auditAll(client: pg.PoolClient, acts: readonly Act[]): Promise<void> {
  await client.query(
    `insert into audit_entry (actor, action, about_kind, about_id, reason, detail)
     select act->>'actor', act->>'action', act->>'aboutKind', act->>'aboutId', act->>'reason', act->'detail' from jsonb_array_elements($1) with ordinality a (act, place) order by place`, [JSON.stringify(acts)]);
}

interface Said { id: string; type: EventType; entity: string; subject: string; correlationId: string; data: Record<string, unknown> }

/** A person's words as events, each with the fact that it is, in the same commit as the act. */
export async function sayAllAs(client: pg.PoolClient, policies: Policies, person: string, sayings: readonly Said[]): Promise<void> {
  const now = databaseNow();
  const { exceptions } = await recordEvents(client, policies, sayings.map(({ subject, ...said }) => {
    const event = { ...said, source: `person:${person}`, occurredAt: now } as unknown as CanonicalEvent;
    return { event, subject: subject as SubjectId, messageId: null, recordedAt: now };
  }));
  if (exceptions.length > 0) await writeExceptions(client, exceptions, []);
}
export const sayAs = (client: pg.PoolClient, policies: Policies, person: string, said: Said): Promise<void> => sayAllAs(client, policies, person, [said]);

/** Tells workers and screens to look; losing it loses nothing. */
export async function nudge(client: pg.PoolClient): Promise<void> {
  await client.query("select pg_notify('tower_changed', '')");
}
