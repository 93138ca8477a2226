import { createEngine } from "@/server/testing/memory/engine";
import { portsContract } from "@/server/testing/memory/contract";

const deadlines: Readonly<Record<string, readonly string[]>> = {
  command: ["due_at", "lease_until", "repeat_until", "last_sent_at", "first_sent_at", "verify_due_at"], wake: ["due_at"], breaker: ["probe_at", "opened_at"], connector_budget: ["spent_until"], inbound_message: ["claimed_until"],
};

portsContract("PostgreSQL", async ({ serial }) => {
  const engine = await createEngine({ serialKeyOf: (_, kind) => (serial && kind === "post_invoice" ? "one" : null) });
  return {
    ports: engine.ports, close: () => engine.close(),
    async pass(ms) { for (const [table, columns] of Object.entries(deadlines)) await engine.pool.query(`update ${table} set ${columns.map((column) => `${column} = ${column} - $1 * interval '1 millisecond'`).join(", ")}`, [ms]); },
    commands: () => engine.rows(`select natural_key as "naturalKey", state, attempts, attempts - attempts_base as tries, payload from command order by 1`),
    breaker: async (connector) => (await engine.value<string | undefined>("select state from breaker where connector = $1", [connector])) ?? "closed",
    openExceptions: async () => (await engine.rows<{ code: string }>("select code from exception_item where state = 'open' order by id")).map(({ code }) => code),
  };
});
