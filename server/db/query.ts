import pg from "pg";
import type { Query } from "@/server/read/query";

const timestamp = 1184, day = 1082;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => {
    if (oid === timestamp) return (value: string) => new Date(value).toISOString();
    if (oid === day) return (value: string) => value;
    return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
  }) as pg.CustomTypesConfig["getTypeParser"],
};

/** Screens' reads: at most 10 s each, so that one bad filter cannot hold a connection. */
export const createQuery = (pool: pg.Pool | pg.PoolClient): Query => ({
  async rows<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    const result = await pool.query({ text: sql, values: [...parameters], types, query_timeout: 10_000 } as pg.QueryConfig);
    return result.rows as T[];
  },
});
