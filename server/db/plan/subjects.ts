import type pg from "pg";
import { addMs, type Instant } from "@/server/domain/instant";
import { factDigest } from "../facts/digest";
import { changedBy, json, rowsOf, statement } from "../statement";
import type { Write } from "./sections";

const insertRecords = statement("plan_records", `
  insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, recorded_at, data)
  select subject, 'tower', document, grp, version, 'register', type, digest, "occurredAt", at, data
  from json_to_recordset($1) as x(subject text, document text, grp text, version bigint, type text, digest text, "occurredAt" timestamptz, at timestamptz, data jsonb)
  on conflict do nothing returning subject_id as subject`);
/** Compare-and-set: only the version that was read counts as planned. Own records raise it, so that they are planned too. */
const update = statement("plan_subjects", `
  update subject s set planned_version = x."factVersion", fact_version = s.fact_version + x.raised, next_review_at = x."nextReviewAt", planned_at = x.at, policy_version = x."policyVersion", plan_failures = 0,
    plan_due_at = null, plan_digests = x.digests, sentence = x.sentence, number = x.number, customer = x.customer, customer_name = x."customerName", channel = x.channel, currency = x.currency, stage = x.stage,
    stage_since = x."stageSince", stage_due_at = x."dueAt", placed_at = x."placedAt", tracks = x.tracks, facets = array(select json_array_elements_text(x.facets)), amounts = x.amounts,
    open_value = x."openValue", complete = x.complete, updated_at = now()
  from json_to_recordset($1) as x(id text, "factVersion" int, raised int, "nextReviewAt" timestamptz, at timestamptz, "policyVersion" int, digests jsonb, sentence text, number text, customer text, "customerName" text,
    channel text, currency text, stage text, "stageSince" timestamptz, "dueAt" timestamptz, "placedAt" timestamptz, tracks jsonb, facets json, amounts jsonb, "openValue" numeric, complete boolean)
  where s.id = x.id and s.fact_version = x."factVersion"`);
const fail = statement("plan_failed", `
  update subject s set plan_failures = s.plan_failures + 1, plan_due_at = x."retryAt", plan_digests = coalesce(s.plan_digests, '{}') || '{"exceptions": "failed"}', sentence = x.message, updated_at = now()
  from json_to_recordset($1) as x(id text, "retryAt" timestamptz, message text) where s.id = x.id`);

/** A review never comes sooner than this after a plan, whatever the planner asks. */
const reviewSpacingMs = 1_000;
const reviewAt = (asked: Instant | null, now: Instant): Instant | null => (asked === null ? null : asked <= now ? addMs(now, reviewSpacingMs) : asked);

/** Keeps decisions of the rules as facts of their subjects; answers how many subjects gained one. */
export async function writeRecords(client: pg.PoolClient, writes: readonly Write[]): Promise<Set<string>> {
  const rows = writes.flatMap(({ id, plan, now }) => plan.records.map((record) => ({
    subject: id, document: record.document, grp: record.group, version: record.version, type: record.type, digest: factDigest(record.data), occurredAt: record.occurredAt, at: now, data: record.data,
  })));
  if (rows.length === 0) return new Set();
  return new Set((await rowsOf<{ subject: string }>(client, insertRecords, [json(rows)])).map(({ subject }) => subject));
}

export async function writeSubjects(client: pg.PoolClient, writes: readonly Write[], raised: ReadonlySet<string>): Promise<void> {
  const rows = writes.map(({ id, factVersion, plan: { summary, sentence, nextReviewAt }, now, policy, digests }) => ({
    id, factVersion, raised: raised.has(id) ? 1 : 0, nextReviewAt: reviewAt(nextReviewAt, now), at: now, policyVersion: policy.version, digests, sentence, ...summary,
    openValue: summary.amounts["open"] ?? "0",
  }));
  if (rows.length === 0) return;
  const planned = await changedBy(client, update, [json(rows)]);
  if (planned !== rows.length) throw new Error("a subject changed under its lock");
}

/** Remembers failed plans: not again before `retryAt`. */
export async function writeFailures(client: pg.PoolClient, failed: readonly { id: string; retryAt: Instant; message: string }[]): Promise<void> {
  if (failed.length > 0) await changedBy(client, fail, [json(failed)]);
}
