import { Command } from "commander";
import { composition } from "@/server/composition";
import { print } from "./output";

/** Open exceptions or active holds, one row each, with stable keys for programs. */
export function exceptionsCommand(): Command {
  return new Command("exceptions").description("Open exceptions").option("--json").option("--all", "resolved ones too").action(async (options: { json?: boolean; all?: boolean }) => {
    const { services } = await composition();
    const rows = await services.query.rows<Record<string, unknown>>(
      `select e.code, e.kind, e.fingerprint, s.kind as "subjectKind", coalesce(s.number, s.key) as number, case when e.currency is not null then e.amount::text end as amount, e.currency, e.state, e.message, e.first_seen_at as "firstSeenAt"
       from exception_item e left join subject s on s.id = e.subject_id where $1 or e.state = 'open' order by e.first_seen_at, e.id`, [options.all ?? false]);
    print(rows, options.json ?? false, ["code", "kind", "subjectKind", "number", "amount", "state", "message"]);
  });
}

export function holdsCommand(): Command {
  return new Command("holds").description("Active holds").option("--json").option("--all", "closed ones too").action(async (options: { json?: boolean; all?: boolean }) => {
    const { services } = await composition();
    const rows = await services.query.rows<Record<string, unknown>>(
      `select h.rule as code, 'hold' as kind, h.rule || '|' || h.slot as fingerprint, s.kind as "subjectKind", coalesce(s.number, s.key) as number, case when h.currency is not null then h.amount::text end as amount, h.currency, h.state, h.message, h.opened_at as "openedAt"
       from hold h join subject s on s.id = h.subject_id where $1 or h.state = 'active' order by h.opened_at, h.id`, [options.all ?? false]);
    print(rows, options.json ?? false, ["code", "subjectKind", "number", "amount", "state", "message"]);
  });
}
