import type pg from "pg";
import type { Person } from "@/server/api/services";
import type { Bench } from "./bench";
import { databaseCpuMs } from "./cpu";
import type { Measured } from "./figures";

const documents = { whole: 100_000, quick: 10_000 } as const;
const reconciledEntity = "RC01";
const from = "2026-01-01", to = "2026-12-31";

/**
 * Invoices that we posted and what was read back of them, 1,000 customers: of a hundred, 95 agree, one differs by a cent, one is
 * missing on each side, two were read back without our reference, and one came back in two parts.
 */
async function layBooks(pool: pg.Pool, count: number): Promise<void> {
  await pool.query(`
    insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id, reference, verified_at, confirmed_at)
    select 'post_invoice|' || $2 || ':billing_unit:BU-' || n || '||1', $2 || ':billing_unit:BU-' || n, $2, 'post_invoice', '', 1, 'finance', 'erp', 'finance', 'confirmed',
      json_build_object('reference', 'post_invoice|' || $2 || ':billing_unit:BU-' || n || '||1', 'billTo', 'C-' || n % 1000, 'currency', 'USD', 'accountingDate', date '2026-01-01' + (n / 1000)::int, 'total', (n % 997 * 13 + n % 89 + 108.5)::numeric(12, 2)::text, 'tax', '8.04'), 'x', now(), 'bench', 'INV-' || n, now(), now()
    from generate_series(1, $1::int) n where n % 100 <> 1`, [count, reconciledEntity]);
  await pool.query(`
    insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, data)
    select $2 || ':billing_unit:BU-' || n, 'erp', 'INV-' || n || part, 'ledger_invoice', 1, 'register', 'ledger.document_read', 'x', now(),
      json_strip_nulls(json_build_object('kind', 'invoice', 'number', case when n % 100 in (3, 4, 5) then 'H-' || n || part else 'INV-' || n end, 'reference', case when n % 100 in (3, 4, 5) then null else 'post_invoice|' || $2 || ':billing_unit:BU-' || n || '||1' end, 'version', 1, 'state', 'posted', 'customer', 'C-' || n % 1000, 'currency', 'USD',
        'accountingDate', date '2026-01-01' + (n / 1000)::int, 'total', (case part when '' then n % 997 * 13 + n % 89 + 108.5 + case n % 100 when 6 then 0.01 else 0 end when 'a' then 50.25 else n % 997 * 13 + n % 89 + 58.25 end)::numeric(12, 2)::text, 'tax', case part when '' then '8.04' else '4.02' end))
    from generate_series(1, $1::int) n cross join lateral unnest(case when n % 100 = 5 then array['a', 'b'] else array[''] end) part where n % 100 <> 2`, [count, reconciledEntity]);
  await pool.query("analyze command");
  await pool.query("analyze fact");
}

const taker: Person = { id: "bench", name: "bench", email: "bench@example.test", teams: [], leads: [], grants: [{ role: "finance", entity: "*", holdCodes: [], approveUpTo: null, currency: null }] };

/** One statement of as many documents on either side, kept: wall clock, CPU of this process and of the database, and how far this process's memory rose above where it was. */
export async function measureReconciliation({ tower: { pool, seeding, services }, options, say }: Pick<Bench, "tower" | "options" | "say">): Promise<Measured> {
  const count = options.quick ? documents.quick : documents.whole;
  await seeding.entity({ code: reconciledEntity, name: "Books", currency: "USD", zone: "UTC" });
  await layBooks(pool, count);
  let peak = process.memoryUsage().rss;
  const start = peak, watch = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 50), cpu = process.cpuUsage(), databaseBefore = await databaseCpuMs(pool), began = performance.now();
  const taken = await services.reconciliation.take(taker, { entity: reconciledEntity, process: "documents", from, to, tolerance: { amount: "0", days: 5 } }, "benchmark");
  const seconds = (performance.now() - began) / 1000, { user, system } = process.cpuUsage(cpu), databaseAfter = await databaseCpuMs(pool);
  clearInterval(watch);
  if (!taken.ok) throw new Error(taken.error.message);
  say(`reconciled ${count} documents: ${taken.value.totals.map(({ result, certain, items }) => `${items} ${result}${certain ? "" : " (to be looked at)"}`).join(", ")}`);
  return { reconcileSeconds: seconds, reconcileCpuSeconds: (user + system) / 1_000_000, reconcileDatabaseCpuSeconds: databaseBefore === null || databaseAfter === null ? null : (databaseAfter - databaseBefore) / 1000, reconcilePeakRssMb: (peak - start) / 1_048_576 };
}
