import type pg from "pg";

/** Lets the job queue use the process's own connections. A text of several statements answers the rows of all of them. */
export const createQueueDatabase = (pool: pg.Pool) => ({
  async executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    const answered = (await pool.query(text, values)) as pg.QueryResult<Record<string, unknown>> | pg.QueryResult<Record<string, unknown>>[];
    return { rows: Array.isArray(answered) ? answered.flatMap(({ rows }) => rows) : answered.rows };
  },
});
