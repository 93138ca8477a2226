import type pg from "pg";
import type { ConnectorTypes } from "@/server/api/connectors";
import type { Desk, Reach } from "@/server/api/desk";
import { provedAbsent, type Tried } from "@/server/domain/absence";
import type { CommandKind } from "@/server/domain/commands";
import { fail, ok, type Result } from "@/server/domain/result";
import { rowsOf, statement } from "../statement";
import { choose, follow, planAgain, subjectsOf } from "./exceptions";
import { inTransaction } from "./transaction";

interface Row { id: string; key: string; entity: string; kind: CommandKind; state: string; connector: string; payload: Record<string, unknown>; saidAbsentAt: string | null }
/** The commands that the exceptions stop, by key or by kind; narrowed to those that were named. */
const stopped = statement("reroute_stopped", `
  select c.id::text, c.natural_key as key, c.entity, c.kind, c.state, c.connector, c.payload,
    (select max(f.occurred_at) from fact f where f.subject_id = c.subject_id and f.type = 'command.decided' and f.data->>'naturalKey' = c.natural_key and f.data->>'verdict' = 'confirm_absent') as "saidAbsentAt"
  from command c where exists (select 1 from exception_item e where e.id = any($1::bigint[]) and e.subject_id = c.subject_id and (c.natural_key = any(e.stops) or c.kind = any(e.stops)))
    and ($2::text[] is null or c.natural_key = any($2)) and c.state <> 'confirmed' and c.state <> 'withdrawn' and c.connector <> $3 order by c.id for update of c`);
const calls = statement("reroute_calls", `
  select command_id::text as command, purpose, started_at as "startedAt", outcome, code, http_status as "httpStatus", request, response from attempt where command_id = any($1::bigint[]) order by id`);
const move = statement("reroute_move", `
  update command c set connector = $2, serial_key = x.serial, state = 'wanted', due_at = now(), attempts_base = attempts, deaths = 0, lookups = 0, rejection_code = null, rejection_message = null, updated_at = now()
  from json_to_recordset($1) as x(id bigint, serial text) where c.id = x.id and c.state in ('rejected', 'wanted') returning c.natural_key as key`);

export const reroute = (pool: pg.Pool, types: ConnectorTypes): Desk["reroute"] => (person, choice, connector, reason) =>
  inTransaction<Result<Reach>>(pool, async (client) => {
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    const chosen = await choose(client, person, "exception.reroute", choice);
    if (!chosen.ok) return chosen;
    const { rows: [target] } = await client.query<{ type: string; entity: string; name: string }>("select type, entity, name from connector where id = $1 and state = 'active'", [connector]);
    if (!target) return fail("NOT_FOUND", `No active connector ${connector}`);
    const subjects = subjectsOf(chosen.value);
    await planAgain(client, subjects);
    const rows = await rowsOf<Row>(client, stopped, [chosen.value.map(({ id }) => id), choice.commands ?? null, connector]);
    if (rows.length === 0) return fail("STATE", "There is nothing here that waits to be sent elsewhere");
    const refused = await obstacle(client, rows, target, types);
    if (refused) return fail("STATE", refused);
    const moved = await rowsOf<{ key: string }>(client, move, [JSON.stringify(rows.map(({ id, kind, payload }) => ({ id, serial: types.serialKey(target.type, kind, payload) }))), connector]);
    const keys = moved.map(({ key }) => key);
    return ok({ fix: await follow(client, person, "reroute", choice, reason, keys, subjects, { connector }), commands: keys.length, subjects: subjects.length, messages: 0 });
  });

/** Why these cannot go there: another entity, not its work, or the old target may have acted (architecture 4). */
async function obstacle(client: pg.PoolClient, rows: readonly Row[], target: { type: string; entity: string; name: string }, types: ConnectorTypes): Promise<string | null> {
  const foreign = rows.find((row) => row.entity !== target.entity);
  if (foreign) return `${target.name} belongs to ${target.entity}, not to ${foreign.entity}`;
  const unable = rows.find((row) => !types.can(target.type, row.kind));
  if (unable) return `${target.name} cannot do ${unable.kind.replaceAll("_", " ")}`;
  const flying = rows.filter((row) => row.state === "sending" || row.state === "unknown");
  const log = Map.groupBy(await rowsOf<Tried & { command: string }>(client, calls, [rows.map(({ id }) => id)]), ({ command }) => command);
  const doubted = rows.filter((row) => flying.includes(row) || !provedAbsent(log.get(row.id) ?? [], row.saidAbsentAt));
  return doubted.length === 0 ? null : `The old target may have acted on ${doubted.length} of these; their absence there must be proved first`;
}
