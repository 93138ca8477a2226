import type pg from "pg";
import { defaultPolicy, unruledPolicy } from "@/server/domain/default-policy";
import type { Policy } from "@/server/domain/policy";
import { rowsOf, statement, type Executor } from "./statement";

/** By the clock, not by the transaction's beginning: whoever waited for the change before it must see that change. */
const newest = statement("policy_newest", "select version, data from policy_version where entity = $1 and valid_from <= clock_timestamp() order by version desc limit 1");

/** The rules in force at this moment, read anew; what the newest version leaves out is the default. */
export async function policyInForce(executor: Executor, entity: string): Promise<Policy> {
  const [row] = await rowsOf<{ version: number; data: Partial<Policy> }>(executor, newest, [entity]);
  return { ...(row ? defaultPolicy : unruledPolicy), ...row?.data, entity, version: row?.version ?? defaultPolicy.version };
}

/** A new version is in force everywhere within this time of its valid-from. */
const keptMs = 2_000;

export interface Policies {
  /** The entity's newest valid policy; what it leaves out is the default. */
  of(entity: string): Promise<Policy>;
}

export function createPolicies(pool: pg.Pool): Policies {
  const kept = new Map<string, { until: number; policy: Promise<Policy> }>();
  const read = async (entity: string, before: Policy | null): Promise<Policy> => {
    const now = await policyInForce(pool, entity);
    // The same object as long as it is the same version: calendars are computed once for each.
    return before?.version === now.version ? before : now;
  };
  return {
    of(entity) {
      const known = kept.get(entity);
      if (known && performance.now() < known.until) return known.policy;
      const policy = (known?.policy ?? Promise.resolve(null)).catch(() => null).then((before) => read(entity, before));
      kept.set(entity, { until: performance.now() + keptMs, policy });
      policy.catch(() => { kept.delete(entity); });
      return policy;
    },
  };
}
