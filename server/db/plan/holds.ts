import type pg from "pg";
import { verdictOn } from "@/server/domain/decisions";
import { commandKinds } from "@/server/domain/commands";
import { allOf } from "@/server/domain/facts";
import { holdCatalogue, holdKey } from "@/server/domain/holds";
import type { HoldFinding } from "@/server/domain/plan";
import { changedBy, json, rowsOf, statement } from "../statement";
import { grouped, idsOf, withChanged, type Write } from "./sections";

const readOpen = statement("hold_read_open", `select id::text, subject_id as subject, rule, slot, digest from hold where subject_id = any($1) and closed_at is null`);
const fields = `subject text, entity text, rule text, slot text, blocks json, state text, amount numeric, currency text, message text, "releasedBy" text, evidence jsonb, digest text, "preparedBy" text, owner text, "dueAt" timestamptz, at timestamptz, "policyVersion" int`;
const upsert = statement("hold_upsert", `
  insert into hold (subject_id, entity, rule, slot, blocks, state, amount, currency, message, released_by, evidence, digest, prepared_by, owner, opened_at, due_at, policy_version)
  select subject, entity, rule, slot, array(select json_array_elements_text(blocks)), state, amount, currency, message, "releasedBy", evidence, digest, "preparedBy", owner, at, "dueAt", "policyVersion"
  from json_to_recordset($1) as x(${fields})
  on conflict (subject_id, rule, slot) where closed_at is null
  do update set blocks = excluded.blocks, state = excluded.state, amount = excluded.amount, currency = excluded.currency, message = excluded.message, released_by = excluded.released_by,
    evidence = excluded.evidence, digest = excluded.digest, prepared_by = excluded.prepared_by, due_at = excluded.due_at`);
/** An approval that was bound to other content has fallen. */
const fall = statement("hold_fall", `
  update hold h set state = 'fallen', close_reason = 'What was approved has changed' from json_to_recordset($1) as x(subject text, rule text, slot text)
  where h.subject_id = x.subject and h.rule = x.rule and h.slot = x.slot and h.state = 'approved'`);
const close = statement("hold_close", `
  update hold h set state = x.state, closed_at = x.at, closed_by = x.by, close_reason = x.reason from json_to_recordset($1) as x(id bigint, state text, at timestamptz, by text, reason text)
  where h.id = x.id and h.closed_at is null`);

interface OpenHold { id: string; subject: string; rule: string; slot: string; digest: string }

function ownerOf(hold: HoldFinding): string {
  if (hold.rule !== "MODE") return holdCatalogue[hold.rule].owner;
  return hold.blocks.some((kind) => commandKinds[kind].capability === "finance") ? "billing" : "order_desk";
}

/** How a hold that no plan names any more has ended: by a person's word, or by itself. */
function endOf(write: Write, hold: OpenHold): { id: string; state: string; at: string; by: string; reason: string | null } {
  const last = allOf(write.facts, "hold.decided").filter(({ data }) => data.rule === hold.rule && data.slot === hold.slot && data.digest === hold.digest)
    .sort((a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.document.localeCompare(b.document)).at(-1);
  if (!last) return { id: hold.id, state: "released", at: write.now, by: "rule", reason: "The condition has gone" };
  return { id: hold.id, state: last.data.verdict === "approve" ? "approved" : "rejected", at: write.now, by: last.data.author, reason: last.data.reason };
}

export async function writeHolds(client: pg.PoolClient, writes: readonly Write[]): Promise<void> {
  const changed = withChanged(writes, "holds");
  if (changed.length === 0) return;
  const open = grouped(await rowsOf<OpenHold>(client, readOpen, [idsOf(changed)]));
  const held: Record<string, unknown>[] = [], fresh: { subject: string; rule: string; slot: string }[] = [], ended: unknown[] = [];
  for (const write of changed) {
    const present = new Map((open.get(write.id) ?? []).map((hold) => [`${hold.rule}|${hold.slot}`, hold]));
    for (const hold of write.plan.holds) {
      const key = holdKey(hold.rule, hold.slot);
      if (!present.delete(key)) fresh.push({ subject: write.id, rule: hold.rule, slot: hold.slot });
      held.push({
        ...hold, subject: write.id, entity: write.entity, state: verdictOn(write.facts, hold, Number.POSITIVE_INFINITY).state === "rejected" ? "rejected" : "active",
        owner: ownerOf(hold), at: write.now, policyVersion: write.policy.version,
      });
    }
    for (const hold of present.values()) ended.push(endOf(write, hold));
  }
  if (ended.length > 0) await changedBy(client, close, [json(ended)]);
  if (fresh.length > 0) await changedBy(client, fall, [json(fresh)]);
  if (held.length > 0) await changedBy(client, upsert, [json(held)]);
}
