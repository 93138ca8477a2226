import type pg from "pg";
import { createHash } from "node:crypto";
import { canonicalJson } from "@/server/domain/commands";
import type { Maintenance } from "@/server/jobs/ports";
import { createPolicies, type Policies } from "./policies";
import { tellSilentFeeds } from "./silent-feeds";
import { changedBy, json, rowsOf, statement, transaction, type Executor } from "./statement";

const beat = statement("worker_beat", "insert into worker_heartbeat (id, started_at, seen_at, detail) values ($1, now(), now(), $2) on conflict (id) do update set seen_at = now(), detail = excluded.detail");
const gone = statement("worker_gone", "delete from worker_heartbeat where id = $1");
const pruneWorkers = statement("prune_workers", "delete from worker_heartbeat where seen_at < now() - interval '1 hour'");
/** What was complete is proved for a year and a month; a gap stays until it is closed. */
const pruneDocuments = statement("prune_census_documents", "delete from census_document where opens_at < now() - interval '400 days' and state not in ('late', 'missing')");
/** Asked for and never started: forgotten after a day. */
const pruneAsked = statement("prune_asked", "delete from bulk_action where state = 'asked' and frozen_at < now() - interval '1 day'");
const pruneWindows = statement("prune_census_windows", `
  delete from census_window w where opens_at < now() - interval '400 days' and not exists (select 1 from census_document d where d.connector = w.connector and d.kind = w.kind and d.opens_at = w.opens_at)`);
/** A plan that began in the moment of a change may have been made by the version before it, and taken the wake of the change with it. */
const followPolicies = statement("follow_policies", `
  insert into wake (subject_id) select s.id from (select entity, max(version) as version from policy_version where valid_from <= now() group by entity having max(valid_from) > now() - interval '10 minutes') p
  join subject s on s.entity = p.entity and not s.complete and s.policy_version < p.version`);
const pruneTotals = statement("prune_control_totals", "delete from control_total where closes_at < now() - interval '400 days' and state in ('agreed', 'excused')");

const sealLock = statement("audit_lock", "select pg_advisory_xact_lock(hashtext('audit_seal'))");
const sealLast = statement("audit_last", "select sealed_no::text as no, hash from audit_entry where sealed_no is not null order by sealed_no desc limit 1");
const sealWaiting = statement("audit_waiting", `select id::text, at, actor, action, about_kind as "aboutKind", about_id as "aboutId", reason, detail from audit_entry where sealed_no is null order by id limit 1000 for update`);
const sealWrite = statement("audit_seal", "update audit_entry a set sealed_no = x.no, hash = x.hash from json_to_recordset($1) as x(id bigint, no bigint, hash text) where a.id = x.id");

interface AuditRow { id: string; [field: string]: unknown }

/** Of an entry and of the one before it: a changed or missing entry breaks every hash after it. */
export const auditHash = (before: string, no: bigint, entry: Record<string, unknown>): string => createHash("sha256").update(`${before}\n${no}\n${canonicalJson(entry)}`).digest("hex");

/** Ids are not the order of commit: committed rows get their number here, one sealer at a time. */
async function seal(client: Executor): Promise<number> {
  await rowsOf(client, sealLock);
  const [last] = await rowsOf<{ no: string; hash: string }>(client, sealLast);
  let no = BigInt(last?.no ?? 0), hash = last?.hash ?? "";
  const sealed = (await rowsOf<AuditRow>(client, sealWaiting)).map(({ id, ...entry }) => {
    no += 1n;
    hash = auditHash(hash, no, entry);
    return { id, no: String(no), hash };
  });
  if (sealed.length > 0) await changedBy(client, sealWrite, [json(sealed)]);
  return sealed.length;
}

export const createMaintenance = (pool: pg.Pool, policies: Policies = createPolicies(pool)): Maintenance => ({
  async heartbeat(worker, detail) { await changedBy(pool, beat, [worker, JSON.stringify(detail)]); },
  async left(worker) { await changedBy(pool, gone, [worker]); },
  prune: async () => (await changedBy(pool, pruneWorkers)) + (await changedBy(pool, pruneDocuments)) + (await changedBy(pool, pruneWindows)) + (await changedBy(pool, pruneTotals)) + (await changedBy(pool, pruneAsked)),
  tellSilentFeeds: () => tellSilentFeeds(pool, policies),
  followPolicies: () => changedBy(pool, followPolicies),
  async sealAudit() {
    let sealed = 0;
    for (let count = 1; count > 0; sealed += count) count = await transaction(pool, seal);
    return sealed;
  },
});
