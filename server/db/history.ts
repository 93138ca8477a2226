import type pg from "pg";
import { checkEntity } from "@/server/domain/entity";
import { fail, ok, type Result } from "@/server/domain/result";
import { audit, inTransaction, nudge } from "./desk/transaction";
import { haveSource } from "./event-source";
import { seedEntity } from "./seed";

/** Where a folder of history goes. `name`: what people call an entity and a connector that are made for it. */
export interface HistoryTarget { entity: string; name: string; currency: string; connector: string }

/**
 * An entity and a connector for historic data, made where they are not there. What is there stays as it is: an entity with
 * rules takes no history beside what is managed (STATE), and a connector of another kind or entity none at all (CONFLICT).
 */
export const prepareHistory = (pool: pg.Pool) => ({ entity, name, currency, connector }: HistoryTarget): Promise<Result<true>> =>
  inTransaction<Result<true>>(pool, async (client) => {
    const zone = "UTC", checked = checkEntity({ code: entity, name, currency, zone, opens: 0, closes: 24 * 60, holidays: [] });
    if (!checked.ok) return checked;
    await client.query("select pg_advisory_xact_lock(hashtext('entity'), hashtext($1))", [entity]);
    const { rows: [known] } = await client.query<{ currency: string; ruled: boolean; own: boolean }>(
      `select currency, exists (select 1 from policy_version where entity = code) as ruled, exists (select 1 from connector where id = $2 and entity = code) as own from entity where code = $1`, [entity, connector]);
    if (known && known.currency !== currency) return fail("STATE", `${entity} keeps its books in ${known.currency} and this history is in ${currency}: name another entity with --entity`);
    if (known?.ruled && !known.own) return fail("STATE", `${entity} has rules of its own, and history that is only watched would stand among what it manages: name an entity for it alone with --entity`);
    if (!known) await seedEntity(client, { code: entity, name, currency, zone });
    const source = await haveSource(client, { entity, source: connector, name, author: "cli" }, { option: "--connector", needs: "history needs one of its own", another: `${connector}-history` });
    if (!source.ok) return source;
    await audit(client, { actor: "cli", action: "history.import", aboutKind: "connector", aboutId: connector, reason: null, detail: { entity } });
    await nudge(client);
    return ok(true);
  });
