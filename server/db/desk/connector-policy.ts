import type pg from "pg";
import type { Desk } from "@/server/api/desk";
import { checkPolicy, rulesOf } from "@/server/domain/resilience";
import { mayDo } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { audit, inTransaction, nudge } from "./transaction";

interface Row { entity: string; concurrency: number; per_minute: number; rules: unknown; rules_version: number }

/** Guarded by the version that was shown; what is absurd is refused with the reason. Every worker goes by it within seconds. */
export const saveConnectorPolicy = (pool: pg.Pool): Desk["saveConnectorPolicy"] => (person, id, { policy, version, limits }, reason) =>
  inTransaction<Result<{ version: number }>>(pool, async (client) => {
    const { rows: [row] } = await client.query<Row>("select entity, concurrency, per_minute, rules, rules_version from connector where id = $1 for update", [id]);
    if (!row) return fail("NOT_FOUND", `No connector ${id}`);
    const allowed = mayDo(person.grants, "connector.manage", row.entity);
    if (!allowed.ok) return allowed;
    if (row.rules_version !== version) return fail("CONFLICT", "Somebody changed this policy since it was shown");
    const checked = checkPolicy(policy, limits);
    if (!checked.ok) return checked;
    const { concurrency, perMinute, lanes, breaker } = checked.value, rules = { lanes, breaker };
    await client.query("update connector set concurrency = $2, per_minute = $3, rules = $4, rules_version = rules_version + 1, updated_at = now() where id = $1", [id, concurrency, perMinute, JSON.stringify(rules)]);
    await audit(client, { actor: person.id, action: "connector.policy", aboutKind: "connector", aboutId: id, reason, detail: { before: { concurrency: row.concurrency, perMinute: row.per_minute, rules: rulesOf(row.rules) }, after: { concurrency, perMinute, rules } } });
    await nudge(client);
    return ok({ version: version + 1 });
  });
