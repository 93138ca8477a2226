import type pg from "pg";
import { eventSource } from "@/server/domain/entity";
import { fail, ok, type Result } from "@/server/domain/result";

/** What is told where a name is taken: the option that names a source, and what could be named instead. */
interface Words { option: string; needs: string; another: string }

/** Makes a source of events where nothing has that name. What stands there for something else is never changed: CONFLICT. */
export async function haveSource(client: pg.PoolClient, { entity, source, name, author }: { entity: string; source: string; name: string; author: string }, { option, needs, another }: Words): Promise<Result<true>> {
  if (!/^[a-z][a-z0-9-]{1,39}$/.test(source)) return fail("SOURCE", `${source} is no name for a source: small letters, digits and hyphens, at most 40, beginning with a letter`);
  const { rowCount } = await client.query("insert into connector (id, type, name, entity, settings) values ($1, $2, $3, $4, '{}') on conflict (id) do nothing", [source, eventSource, name, entity]);
  if (rowCount === 1) {
    await client.query("insert into connector_settings_version (connector, version, settings, author) values ($1, 1, '{}', $2)", [source, author]);
    return ok(true);
  }
  const { rows: [known] } = await client.query<{ type: string; entity: string }>("select type, entity from connector where id = $1", [source]);
  if (known?.type !== eventSource) return fail("CONFLICT", `${source} is a connector of another kind (${known?.type ?? "unknown"}): ${needs}, as ${option} ${another}`);
  return known.entity === entity ? ok(true) : fail("CONFLICT", `Source ${source} belongs to ${known.entity}: name another one for ${entity}, as ${option} ${source}-${entity.toLowerCase()}`);
}
