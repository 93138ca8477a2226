import { awake, type Entities } from "./exceptions";
import { heldCount } from "./holds";
import { one, type Query } from "./query";

export interface ShellCountsRow { exceptions: number; bulk: number; held: number; connectors: number }

/** Numbers of the rail: open exceptions that are awake, bulk actions that wait for a person, holds that count as held, connectors that are not healthy. */
export const shellCounts = async (query: Query, entities: Entities): Promise<ShellCountsRow> =>
  (await one<ShellCountsRow>(query, `select
    (select count(*)::int from exception_item e where e.state = 'open' and ${awake} and ($1::text[] is null or e.entity = any($1))) as exceptions,
    (select count(*)::int from bulk_action a where a.state in ('proposed', 'stopped') and ($1::text[] is null or exists (select 1 from bulk_action_item i where i.action_id = a.id and i.entity = any($1)))) as bulk,
    ${heldCount} as held,
    (select count(*)::int from connector c left join breaker b on b.connector = c.id where ($1::text[] is null or c.entity = any($1)) and (c.state <> 'active' or b.state in ('open', 'half_open'))) as connectors`, [entities])) ?? { exceptions: 0, bulk: 0, held: 0, connectors: 0 };

export const entityList = (query: Query, entities: Entities): Promise<{ code: string; name: string; zone: string }[]> =>
  query.rows("select code, name, zone from entity where ($1::text[] is null or code = any($1)) order by code", [entities]);
