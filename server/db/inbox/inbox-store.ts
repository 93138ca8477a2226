import type pg from "pg";
import type { Failure } from "@/server/domain/result";
import type { InboundInput, Inbox, MessageResult, StoredMessage, WaitingMessage } from "@/server/pipeline/ports";
import { writeExceptions } from "../exceptions";
import type { Policies } from "../policies";
import type { Signals } from "../signals";
import { isTransient, json, rowsOf, statement, transaction, type Executor } from "../statement";
import { failMessages } from "./message-exceptions";
import { settleMessages } from "./settle-messages";

/** Identity first: whoever inserts it stores the message. Sorted, so that two batches with ids in common wait and never deadlock. */
const storeStatement = statement("inbox_store", `
  with input as materialized (
    select nextval('inbound_message_id_seq') as id, x.*, b.body from json_to_recordset($1) as x(no int, connector text, source_message_id text, digest text, content_type text, headers jsonb, correlation_id text, state text)
    join unnest($2::bytea[]) with ordinality as b(body, no) on b.no = x.no),
  identity as (
    insert into message_identity (connector, source_message_id, digest, message_id)
    select connector, source_message_id, digest, id from input order by connector, source_message_id
    on conflict (connector, source_message_id) do update set repeats = message_identity.repeats + 1
    returning connector, source_message_id, digest, message_id),
  stored as (
    insert into inbound_message (id, connector, source_message_id, digest, content_type, headers, body, correlation_id, state)
    select i.id, i.connector, i.source_message_id, i.digest, i.content_type, i.headers, i.body, i.correlation_id, i.state
    from input i join identity k on k.message_id = i.id)
  select i.no, k.message_id::text as id, k.digest, (k.message_id = i.id) as fresh from input i join identity k using (connector, source_message_id)`);

interface Stored { no: number; id: string; digest: string; fresh: boolean }
const identityOf = (message: InboundInput): string => `${message.connector}\u0000${message.sourceMessageId}`;

async function insert(executor: Executor, messages: readonly InboundInput[], state: "received" | "failed"): Promise<Stored[]> {
  const rows = messages.map((message, index) => ({
    no: index + 1, connector: message.connector, source_message_id: message.sourceMessageId, digest: message.digest, content_type: message.contentType,
    headers: message.headers, correlation_id: message.correlationId, state,
  }));
  const bodies = messages.map((message) => Buffer.from(message.body.buffer, message.body.byteOffset, message.body.byteLength));
  return (await rowsOf<Stored>(executor, storeStatement, [json(rows), bodies])).sort((a, b) => a.no - b.no);
}

/** The other content under a known id gets an identity of its own, so that its repeats are repeats too. */
async function keepConflicts(pool: pg.Pool, policies: Policies, conflicts: readonly InboundInput[]): Promise<string[]> {
  return transaction(pool, async (client) => {
    const named = conflicts.map((message) => ({ ...message, sourceMessageId: `${message.sourceMessageId}#sha256:${message.digest}` }));
    const ids: string[] = [], used = new Map<string, string>();
    for (const [index, message] of named.entries()) {
      const [row] = await insert(client, [message], "failed");
      if (!row) throw new Error("the conflicting message was not stored");
      ids.push(row.id);
      used.set(row.id, conflicts[index]?.sourceMessageId ?? "");
    }
    await writeExceptions(client, await failMessages(client, policies, [...used].map(([id, name]) => ({ id, failure: { code: "CTR-02", message: `The id ${name} was used before with other content; the first one stays` } }))), []);
    return ids;
  });
}

async function setAside(pool: pg.Pool, policies: Policies, message: InboundInput, failure: Failure): Promise<void> {
  await transaction(pool, async (client) => {
    const [row] = await insert(client, [message], "failed");
    if (row?.fresh) await writeExceptions(client, await failMessages(client, policies, [{ id: row.id, failure }]), []);
  });
}

async function store(pool: pg.Pool, policies: Policies, messages: readonly InboundInput[]): Promise<StoredMessage[]> {
  const first = new Map<string, InboundInput>();
  for (const message of messages) if (!first.has(identityOf(message))) first.set(identityOf(message), message);
  const rows = await insert(pool, [...first.values()], "received");
  const byIdentity = new Map([...first.keys()].map((key, index) => [key, rows[index]]));
  const answers: StoredMessage[] = [];
  const conflicts: { index: number; message: InboundInput }[] = [];
  messages.forEach((message, index) => {
    const key = identityOf(message), row = byIdentity.get(key);
    if (!row) throw new Error("a message was not stored");
    const isFirst = first.get(key) === message;
    if (row.digest !== message.digest) conflicts.push({ index, message });
    answers.push({ verdict: row.digest !== message.digest ? "conflict" : row.fresh && isFirst ? "accepted" : "repeated", id: row.id });
  });
  if (conflicts.length > 0) {
    const ids = await keepConflicts(pool, policies, conflicts.map(({ message }) => message));
    conflicts.forEach(({ index }, place) => { answers[index] = { verdict: "conflict", id: ids[place] ?? "" }; });
  }
  return answers;
}

/**
 * Messages over which nobody died come together; one over which somebody did comes alone, and before them: a stream of fresh
 * ones never keeps it waiting. What was taken lies below the first that was not, so looking for it never walks the backlog.
 * A death is counted at the claim and forgotten when the message is settled.
 */
const isFresh = "state = 'received' and deaths = 0 and claimed_until is null";
const claimStatement = statement("inbox_claim", `
  with suspect as (select id from inbound_message where state = 'received' and (deaths > 0 or claimed_until is not null) and coalesce(claimed_until, '-infinity') < now()
      and id < coalesce((select min(f.id) from (select id from inbound_message where ${isFresh} order by id limit 1) f), 9223372036854775807)
    order by id limit 1 for update skip locked),
  fresh as (select id from inbound_message where ${isFresh} and not exists (select 1 from suspect) order by id limit $1 for update skip locked),
  chosen as (select id from fresh union all select id from suspect)
  update inbound_message m set deaths = m.deaths + 1, claimed_until = now() + $2 * interval '1 millisecond'
  from chosen where m.id = chosen.id
  returning m.id::text, m.connector, coalesce((select c.entity from connector c where c.id = m.connector), '') as entity, m.source_message_id as "sourceMessageId",
    m.content_type as "contentType", m.body, m.correlation_id as "correlationId", m.received_at as "receivedAt", m.deaths - 1 as deaths,
    coalesce((select json_agg(c.change order by e.decided_at, e.id, c.no) from message_edit e cross join lateral jsonb_array_elements(e.changes) with ordinality c(change, no) where e.message_id = m.id and e.state = 'applied'), '[]') as changes`);

/** Nobody died over these: the database had no room for what they say. They are not alone at the next claim, and that death does not count. */
const giveBack = statement("inbox_give_back", "update inbound_message set deaths = greatest(deaths - 1, 0), claimed_until = null where id = any($1::bigint[]) and state = 'received'");

/** All together; where that cannot be written, each alone, and the one at fault is kept and reported (TEC-05). */
async function settleApart(pool: pg.Pool, policies: Policies, results: readonly MessageResult[]): Promise<{ moved: number }> {
  try {
    return await transaction(pool, (client) => settleMessages(client, policies, results));
  } catch (error) {
    const [only] = results;
    if (isTransient(error) || !only) throw error;
    if (results.length > 1) {
      let moved = 0;
      for (const result of results) moved += (await settleApart(pool, policies, [result])).moved;
      return { moved };
    }
    if (only.verdict === "failed") throw error;
    const failure = { code: "TEC-05", message: `What it says cannot be written: ${(error as Error).message.slice(0, 300)}` };
    return transaction(pool, (client) => settleMessages(client, policies, [{ id: only.id, verdict: "failed", failure }]));
  }
}

export function createInbox(pool: pg.Pool, policies: Policies, signals: Signals): Inbox {
  return {
    async store(messages) {
      if (messages.length === 0) return [];
      const answers = await store(pool, policies, messages);
      if (answers.some(({ verdict }) => verdict === "accepted")) signals.send("messages");
      return answers;
    },
    setAside: (message, failure) => setAside(pool, policies, message, failure),
    async claimWaiting(limit, claimMs) {
      const rows = await rowsOf<WaitingMessage>(pool, claimStatement, [limit, claimMs]);
      return rows.sort((a, b) => Number(a.id) - Number(b.id));
    },
    async settle(results) {
      if (results.length === 0) return;
      const { moved } = await settleApart(pool, policies, results).catch(async (error: unknown) => {
        // as far as it goes: while the database is away the claims run out by themselves
        if (isTransient(error)) await rowsOf(pool, giveBack, [results.map(({ id }) => id)]).catch(() => undefined);
        throw error;
      });
      signals.send("facts");
      if (moved > 0) signals.send("commands");
    },
  };
}
