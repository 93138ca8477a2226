import pg from "pg";

/**
 * For connections that only the pipeline uses; screens' questions need the other plans. The pipeline's statements touch few
 * rows by key, and are parsed once for each connection, often while the tables are still empty. A plan that reads a small
 * table whole would be kept while the table grows (measured: 17 times the cost after 10,000 rows), until statistics are
 * gathered. So these sessions go by index and do not compile.
 */
const byIndex = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

/**
 * Connections to the database. Statements of one connection leave without waiting for the answer to the one before
 * (PostgreSQL's pipeline mode), so what belongs together costs one round trip; whoever needs the answer waits for it.
 */
export function createPool(url: string, { max, of }: { max: number; of: "screens" | "pipeline" }): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max, application_name: "ledgerline", pipeline: true, ...(of === "pipeline" ? { options: byIndex } : {}) });
  pool.on("error", () => undefined); // an idle connection broke; the next use opens another
  pool.on("connect", (client) => { client.on("error", () => undefined); }); // one that breaks while it is being closed is nobody's trouble
  return pool;
}
