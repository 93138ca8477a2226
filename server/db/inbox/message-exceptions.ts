import type pg from "pg";
import type { Failure } from "@/server/domain/result";
import { dueBy, isExceptionCode, type OpenException } from "../exceptions";
import { keepable } from "@/server/domain/text";
import type { Policies } from "../policies";
import { json, rowsOf, statement } from "../statement";

const markFailed = statement("inbox_failed", `
  update inbound_message m set state = 'failed', claimed_until = null, error_code = x.code, error_message = x.message, error_at = x.at
  from json_to_recordset($1) as x(id bigint, code text, message text, at text) where m.id = x.id
  returning m.id::text, m.connector, m.received_at as "receivedAt", (select c.entity from connector c where c.id = m.connector) as entity`);

/** Where nobody knows whose message it is, the default entity's integration team looks at it. */
const homeless = "US01";

/** Keeps messages for replay and answers their exceptions, one cause for each connector, code and place, for the same commit. */
export async function failMessages(client: pg.PoolClient, policies: Policies, failures: readonly { id: string; failure: Failure }[]): Promise<OpenException[]> {
  if (failures.length === 0) return [];
  const rows = await rowsOf<{ id: string; connector: string; entity: string | null; receivedAt: string }>(client, markFailed, [
    json(failures.map(({ id, failure }) => ({ id, code: failure.code, message: keepable(failure.message), at: failure.at === undefined ? null : keepable(failure.at) }))),
  ]);
  const opened: OpenException[] = [];
  for (const row of rows) {
    const failure = failures.find(({ id }) => id === row.id)?.failure;
    if (!failure) continue;
    const code = isExceptionCode(failure.code) ? failure.code : "CTR-01";
    const entity = row.entity ?? homeless;
    const { calendar } = await policies.of(entity);
    opened.push({
      subjectId: null, messageId: row.id, connector: row.connector, entity, code, key: { connector: row.connector, ...(failure.at === undefined ? {} : { code: keepable(failure.at).replaceAll(/\d+/g, "n") }) },
      stops: ["message"], amount: "0", currency: null, message: keepable(failure.message), since: row.receivedAt, dueAt: dueBy(code, row.receivedAt, calendar),
    });
  }
  return opened;
}
