import type pg from "pg";
import { checkEntity, firstPolicy, type NewEntity } from "@/server/domain/entity";
import { fail, ok, type Result } from "@/server/domain/result";
import { audit, inTransaction, nudge } from "./desk/transaction";
import { seedBasics, seedEntity, seedPolicy, seedServiceLevels } from "./seed";
import { databaseNow } from "./clock";

/**
 * A legal entity with everything that it needs to observe: teams, first rules, calendar and service levels. Again with the
 * same words it changes nothing but the name; books in another currency, or hours of another zone once there are rules, are refused.
 */
export const setUpEntity = (pool: pg.Pool) => (entity: NewEntity, actor: string): Promise<Result<{ created: boolean }>> =>
  inTransaction<Result<{ created: boolean }>>(pool, async (client) => {
    const checked = checkEntity(entity);
    if (!checked.ok) return checked;
    await client.query("select pg_advisory_xact_lock(hashtext('entity'), hashtext($1))", [entity.code]);
    const { rows: [known] } = await client.query<{ currency: string; zone: string; ruled: boolean }>("select currency, zone, exists (select 1 from policy_version where entity = code) as ruled from entity where code = $1", [entity.code]);
    if (known && known.currency !== entity.currency) return fail("CONFLICT", `${entity.code} keeps its books in ${known.currency}, and a currency is never changed`);
    if (known?.ruled && known.zone !== entity.zone) return fail("CONFLICT", `${entity.code} is set up already, with hours in ${known.zone}`);
    const created = !known?.ruled;
    await seedBasics(client);
    await seedEntity(client, entity);
    await seedServiceLevels(client, entity.code);
    if (created) {
      await seedPolicy(client, firstPolicy(entity), databaseNow());
      await audit(client, { actor, action: "entity.set_up", aboutKind: "entity", aboutId: entity.code, reason: null, detail: { ...entity } });
    }
    await nudge(client);
    return ok({ created });
  });
