import { limitPostings, releasePosting, resumePostings, stopPostings } from "./desk/postings";
import { createEngine } from "@/server/testing/memory/engine";
import { portsContract } from "@/server/testing/memory/contract";

const deadlines: Readonly<Record<string, readonly string[]>> = {
  command: ["due_at", "lease_until", "repeat_until", "last_sent_at", "first_sent_at", "verify_due_at"], wake: ["due_at"], breaker: ["probe_at", "opened_at"], connector_budget: ["spent_until"], inbound_message: ["claimed_until"],
};

portsContract("PostgreSQL", async ({ serial }) => {
  const engine = await createEngine({ serialKeyOf: (_, kind) => (serial && kind === "post_invoice" ? "one" : null) });
  const { pool } = engine;
  await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC')");
  return {
    postings: { stop: stopPostings(pool), resume: resumePostings(pool), limit: limitPostings(pool), release: releasePosting(pool) },
    stopped: async () => (await engine.rows<{ since: Date; by: string; reason: string }>("select stopped_at as since, stopped_by as by, reason from posting_brake where entity = 'US01' and stopped_at is not null")).map((row) => ({ ...row, since: new Date(row.since).toISOString() }))[0] ?? null,
    aside: () => engine.rows(`select command_id::text as command, digest from posting_hold where released_at is null`),
    ports: engine.ports, close: () => engine.close(),
    async pass(ms) { for (const [table, columns] of Object.entries(deadlines)) await engine.pool.query(`update ${table} set ${columns.map((column) => `${column} = ${column} - $1 * interval '1 millisecond'`).join(", ")}`, [ms]); },
    commands: () => engine.rows(`select natural_key as "naturalKey", state, attempts, attempts - attempts_base as tries, payload from command order by 1`),
    breaker: async (connector) => (await engine.value<string | undefined>("select state from breaker where connector = $1", [connector])) ?? "closed",
    openExceptions: async () => (await engine.rows<{ code: string }>("select code from exception_item where state = 'open' order by id")).map(({ code }) => code),
  };
});
