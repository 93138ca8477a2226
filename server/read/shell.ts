import { awake, type Entities } from "./exceptions";
import { heldCount } from "./holds";
import { one, type Query } from "./query";

export interface ShellCountsRow { exceptions: number; held: number; connectors: number }

/** Numbers of the rail: open exceptions that are awake, holds that count as held, connectors that are not healthy. */
export const shellCounts = async (query: Query, entities: Entities): Promise<ShellCountsRow> =>
  (await one<ShellCountsRow>(query, `select
    (select count(*)::int from exception_item e where e.state = 'open' and ${awake} and ($1::text[] is null or e.entity = any($1))) as exceptions,
    ${heldCount} as held,
    (select count(*)::int from connector c left join breaker b on b.connector = c.id where ($1::text[] is null or c.entity = any($1)) and (c.state <> 'active' or b.state in ('open', 'half_open'))) as connectors`, [entities])) ?? { exceptions: 0, held: 0, connectors: 0 };

export const entityList = (query: Query, entities: Entities): Promise<{ code: string; name: string; zone: string }[]> =>
  query.rows("select code, name, zone from entity where ($1::text[] is null or code = any($1)) order by code", [entities]);
