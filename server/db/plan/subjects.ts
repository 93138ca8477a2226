import type pg from "pg";
import { addMs, type Instant } from "@/server/domain/instant";
import { factDigest } from "../facts/digest";
import { changedBy, json, statement } from "../statement";
import type { Write } from "./sections";

const insertRecords = statement("plan_records", `
  insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, recorded_at, data)
  select subject, 'tower', document, grp, version, 'register', type, digest, "occurredAt", at, data
  from json_to_recordset($1) as x(subject text, document text, grp text, version bigint, type text, digest text, "occurredAt" timestamptz, at timestamptz, data json)
  on conflict do nothing`);
/** Compare-and-set: a plan is written only over the one that it followed. Asks for the next review by a wake in the future; an order's change waits for its place in the feed. */
const update = statement("plan_subjects", `
  with input as materialized (select * from json_to_recordset($1) as x(id text, kind text, "planNo" int, "nextReviewAt" timestamptz, at timestamptz, "policyVersion" int, digests json, sentence text, number text, customer text, "customerName" text,
    channel text, currency text, stage text, "stageSince" timestamptz, "dueAt" timestamptz, "placedAt" timestamptz, tracks jsonb, facets json, amounts jsonb, "openValue" numeric, complete boolean)),
  told as (insert into order_change (subject_id) select id from input where kind = 'order'),
  reviewed as (insert into wake (subject_id, due_at) select id, "nextReviewAt" from input where "nextReviewAt" is not null)
  update subject s set plan_no = s.plan_no + 1, planned_at = x.at, policy_version = x."policyVersion", plan_failures = 0, plan_digests = x.digests::text, sentence = x.sentence, number = x.number, customer = x.customer, customer_name = x."customerName", channel = x.channel, currency = x.currency, stage = x.stage,
    stage_since = x."stageSince", stage_due_at = x."dueAt", placed_at = x."placedAt", tracks = x.tracks, facets = array(select json_array_elements_text(x.facets)), amounts = x.amounts,
    open_value = x."openValue", complete = x.complete, updated_at = now()
  from input x where s.id = x.id and s.plan_no = x."planNo"`);
const fail = statement("plan_failed", `
  with input as materialized (select * from json_to_recordset($1) as x(id text, "retryAt" timestamptz, message text)),
  again as (insert into wake (subject_id, due_at) select id, "retryAt" from input),
  told as (insert into order_change (subject_id) select s.id from subject s join input x on x.id = s.id where s.kind = 'order')
  update subject s set plan_no = s.plan_no + 1, plan_failures = s.plan_failures + 1, plan_digests = null, sentence = x.message, updated_at = now()
  from input x where s.id = x.id`);

/** A review never comes sooner than this after a plan, whatever the planner asks. */
const reviewSpacingMs = 1_000;
const reviewAt = (asked: Instant | null, now: Instant): Instant | null => (asked === null ? null : asked <= now ? addMs(now, reviewSpacingMs) : asked);

/** Keeps decisions of the rules as facts of their subjects. They wake nobody: the plan that made them has acted on them. */
export async function writeRecords(client: pg.PoolClient, writes: readonly Write[]): Promise<void> {
  const rows = writes.flatMap(({ id, records }) => records.map(({ record, at }) => ({
    subject: id, document: record.document, grp: record.group, version: record.version, type: record.type, digest: factDigest(record.data), occurredAt: record.occurredAt, at, data: record.data,
  })));
  if (rows.length > 0) await changedBy(client, insertRecords, [json(rows)]);
}

export async function writeSubjects(client: pg.PoolClient, writes: readonly Write[]): Promise<void> {
  const rows = writes.map(({ id, kind, planNo, plan: { summary: { identifiers: _, ...shown }, sentence, nextReviewAt }, now, policy, digests }) => ({
    id, kind, planNo, nextReviewAt: reviewAt(nextReviewAt, now), at: now, policyVersion: policy.version, digests, sentence, ...shown,
    openValue: shown.amounts["open"] ?? "0",
  }));
  if (rows.length === 0) return;
  const planned = await changedBy(client, update, [json(rows)]);
  if (planned !== rows.length) throw new Error("a subject changed under its lock");
}

/** Remembers failed plans: not again before `retryAt`. */
export async function writeFailures(client: pg.PoolClient, failed: readonly { id: string; retryAt: Instant; message: string }[]): Promise<void> {
  if (failed.length > 0) await changedBy(client, fail, [json(failed)]);
}
