import type pg from "pg";

/**
 * The pipeline's statements touch few rows by key, and are parsed once for each connection, often while the tables are
 * still empty. A plan that reads a small table whole would be kept while the table grows (measured: 17 times the cost after
 * 10,000 rows), until statistics are gathered. So these sessions go by index and do not compile.
 */
const settings = "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off";

/** For a pool that only the pipeline uses; screens' questions need the other plans. Takes effect on open connections too. */
export function tuneForPipeline(pool: pg.Pool): void {
  const tuned = new WeakSet<pg.PoolClient>();
  pool.on("acquire", (client) => {
    if (tuned.has(client)) return;
    tuned.add(client);
    // Queued before whatever the borrower asks; a connection that cannot be tuned only plans worse.
    client.query(settings).catch(() => undefined);
  });
}
