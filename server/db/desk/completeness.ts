import type pg from "pg";
import type { Desk } from "@/server/api/desk";
import { fail, ok, type Result } from "@/server/domain/result";
import { choose, tried } from "./exceptions";
import { audit, inTransaction, nudge } from "./transaction";

/** What is missing is asked for once more, as a fix of its cause: it counts when all of it is held. */
export const fetchNow = (pool: pg.Pool): Desk["fetchNow"] => (person, choice, reason) =>
  inTransaction<Result<{ fix: string; asked: number }>>(pool, async (client) => {
    const chosen = await choose(client, person, "exception.retry", choice);
    if (!chosen.ok) return chosen;
    const missing = chosen.value.filter(({ code, document }) => code === "CMP-01" && document !== null);
    if (missing.length === 0) return fail("STATE", "Nothing here is missing at a source that can be asked for it");
    const { rows } = await client.query<{ document: string }>(
      `update census_document d set asked_at = now(), asked_by = $2, asking_until = null, answered_at = null, answer = null
       from exception_item e join exception_group g on g.fingerprint = e.fingerprint
       where e.id = any($1::bigint[]) and d.connector = e.connector and d.kind = g.key->>'code' and d.document = e.document and d.state = 'missing' returning d.document`, [missing.map(({ id }) => id), person.id]);
    if (rows.length === 0) return fail("CONFLICT", "None of it is missing any more");
    const documents = [...new Set(rows.map(({ document }) => document))];
    const fix = await tried(client, { fingerprint: choice.fingerprint, verb: "fetch", author: person.id, reason, naturalKeys: [], subjects: [], documents });
    await audit(client, { actor: person.id, action: "exception.fetch", aboutKind: "exception", aboutId: choice.fingerprint, reason: reason === "" ? null : reason, detail: { fix, documents, items: missing.map(({ id }) => id) } });
    await nudge(client);
    return ok({ fix, asked: documents.length });
  });
