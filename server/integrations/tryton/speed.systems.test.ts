import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClaimedCommand } from "@/server/pipeline/ports";
import { createWorker, type Worker } from "@/server/jobs/run-worker";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { createTrytonDatabase, type TrytonDatabase } from "@/server/testing/systems/tryton-database";
import { trytonPerson, type TrytonPerson } from "@/server/testing/systems/tryton-person";
import { command } from "../contract/testing/conformance";
import { ok } from "@/server/domain/result";
import { createIntegrations, type Integrations } from "../runtime";
import { documentFields } from "./wire";

/**
 * Invoices through the tower (its command table, claim, door, kept exchange, read-back) beside the same calls made by one careful
 * client. A measurement; what fails beside correctness is only what no other work of the machine explains: by turns, one is measured right after
 * the other, and each single turn must have been slower than the room that is given. Tryton posts one at a time, as one sequence numbers all.
 */
const roomAlone = 1.5, roomInRow = 1.25;
const rounds = 5, inOne = 6, pairs = 9, today = new Date().toISOString().slice(0, 10), due = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
let database: TrytonDatabase, engine: Engine, client: TrytonPerson, integrations: Integrations, worker: Worker, company = 0;
beforeAll(async () => {
  database = await createTrytonDatabase();
  engine = await createEngine();
  client = await trytonPerson(database.url, "ledgerline", database.passwords.connector);
  company = (await database.sql<{ id: number }>("select id from company_company"))[0]?.id ?? 0;
  const settings = { url: database.url, allowPrivateNetwork: true, isSystemOfRecord: true, login: "ledgerline", company, receivableAccount: "1200", cashAccount: "1000", writeOffAccount: "6900", tax: "Sales tax" };
  await engine.pool.query("insert into connector (id, type, name, entity, settings, concurrency) values ('tryton', 'tryton', 'Tryton', 'US01', $1, 4)", [JSON.stringify(settings)]);
  integrations = createIntegrations({
    loadConnectors: () => Promise.resolve([{ id: "tryton", type: "tryton", name: "Tryton", entity: "US01", settings, secrets: { password: database.passwords.connector }, state: "active", concurrency: null, perMinute: null }]),
    resolveCode: (_entity, _system, _kind, canonical) => ok(canonical), renewCodes: () => Promise.resolve(), baseUnit: () => ok("u"), clock: engine.ports.clock,
  });
  worker = createWorker({ ...engine.ports, connectors: integrations }, { worker: "speed", planners: {}, signals: engine.stores.signals, onError: (loop, error) => { throw new Error(`${loop}: ${(error as Error).message}`); } });
}, 120_000);
afterAll(async () => { await worker.stop(); integrations.close(); await engine.close(); await database.drop(); });

function invoice(name: string): ClaimedCommand {
  const unit = { kind: "billing_unit", key: `${name}/C1001/USD/NET30/p1` } as const, reference = `post_invoice|US01:billing_unit:${unit.key}||1`;
  return command("post_invoice", unit, {
    reference, unit: unit.key, revision: 1, customer: "C1001", billTo: "C1001", payer: "C1001", orders: ["N-1"], purchaseOrder: null, shipment: name, currency: "USD", terms: "NET30", accountingDate: today, dueDate: due, revenueDate: today, shipTo: { country: "US" },
    lines: [{ key: "N-1/l1", order: "N-1", line: "l1", item: "BRK-1P-15", description: "Breaker", quantity: "10", price: "12.5", priceUnit: "1", net: "125.00", tax: "10.00", taxCategory: "GOODS" }], charges: [], net: "125.00", chargesTotal: "0.00", tax: "10.00", total: "135.00",
  }, { naturalKey: reference });
}

/** By a worker as in production: claimed, sent, settled, read back. Answers when all are. */
async function throughTheTower(uses: readonly ClaimedCommand[]): Promise<void> {
  const keys = uses.map(({ naturalKey }) => naturalKey), subjects = uses.map(({ subjectId }) => subjectId);
  await engine.pool.query("insert into subject (id, entity, kind, key, complete) select distinct subject, 'US01', 'billing_unit', split_part(subject, ':', 3), false from unnest($1::text[]) as s(subject) on conflict do nothing", [subjects]);
  await engine.pool.query(
    `insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id)
      select key, subject, 'US01', 'post_invoice', '', 1, 'finance', 'tryton', 'finance', 'wanted', payload, key, now(), key from unnest($1::text[], $2::text[], $3::jsonb[]) as c(key, subject, payload)`,
    [keys, subjects, uses.map(({ payload }) => JSON.stringify(payload))]);
  engine.stores.signals.send("commands");
  while ((await engine.value<number>("select count(*)::int from command where natural_key = any($1) and verified_at is null", [keys])) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The same questions and acts in a row, each answered before the next: look for what the invoice needs, draft, post, read it and the ledger, read it back. */
async function directly(use: ClaimedCommand): Promise<void> {
  const read = (model: string, domain: unknown[], fields: string[]) => client.call<{ id: number; [field: string]: unknown }[]>(`model.${model}.search_read`, domain, 0, 1000, [["id", "ASC"]], fields);
  const decimal = (value: string) => ({ __class__: "Decimal", decimal: value }), date = (iso: string) => { const [year, month, day] = iso.split("-").map(Number); return { __class__: "date", year, month, day }; };
  await read("company.company", [["id", "=", company]], ["rec_name", "currency.code"]);
  const [party] = await read("party.party", [["code", "=", "C1001"]], ["addresses"]), [product] = await read("product.product", [["code", "in", ["BRK-1P-15"]]], ["code", "account_category.account_revenue"]);
  const [unit] = await read("product.uom", [["symbol", "in", ["u"]]], ["symbol"]), [tax] = await read("account.tax", [["name", "=", "Sales tax"], ["company", "=", company]], ["invoice_account"]);
  const [term] = await read("account.invoice.payment_term", [["name", "=", "NET30"]], ["name"]), [account] = await read("account.account", [["code", "in", ["1200"]], ["company", "=", company]], ["code"]), [journal] = await read("account.journal", [["code", "=", "REV"]], ["id"]);
  const reference = String(use.payload["reference"]);
  const [id] = await client.call<number[]>("model.account.invoice.create", [{
    type: "out", company, journal: journal?.id, party: party?.id, invoice_address: (party?.["addresses"] as number[])[0], account: account?.id, reference, payment_term: term?.id, invoice_date: date(today),
    lines: [["create", [{ type: "line", product: product?.id, account: (product?.["account_category."] as { account_revenue: number }).account_revenue, unit: unit?.id, quantity: 10, unit_price: decimal("12.5"), note: "N-1/l1", description: "Breaker" }]]],
    taxes: [["create", [{ manual: true, tax: tax?.id, account: tax?.["invoice_account"], description: "Sales tax N-1/l1", base: decimal("125"), amount: decimal("10") }]]],
  }]);
  await client.call("model.account.invoice.post", [id]);
  for (const named of [["id", "=", id], ["reference", "=", reference]]) await read("account.invoice", [["type", "=", "out"], ["company", "=", company], named], documentFields);
}

const timed = async (work: () => Promise<void>): Promise<number> => { const began = performance.now(); await work(); return performance.now() - began; };
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

test("invoices a second and the time of one alone", async () => {
  await directly(invoice("warm-direct"));
  await throughTheTower([invoice("warm-tower")]);
  const alone = { direct: [] as number[], tower: [] as number[] };
  for (let at = 0; at < pairs; at++) {
    alone.direct.push(await timed(() => directly(invoice(`alone-direct-${at}`))));
    alone.tower.push(await timed(() => throughTheTower([invoice(`alone-tower-${at}`)])));
  }
  // by turns, so that what else the machine does strikes both
  const bulk = { direct: [] as number[], tower: [] as number[] }, row = (name: string) => Array.from({ length: inOne }, (_, at) => invoice(`${name}-${at}`));
  for (let at = 0; at < rounds; at++) {
    bulk.direct.push(await timed(async () => { for (const use of row(`direct-${at}`)) await directly(use); }));
    bulk.tower.push(await timed(() => throughTheTower(row(`tower-${at}`))));
  }
  const rate = (ms: readonly number[]): number => inOne / (median(ms) / 1000);
  const figures = { trytonInvoicesPerSecondDirect: rate(bulk.direct), trytonInvoicesPerSecondTower: rate(bulk.tower), trytonInvoiceAloneMsDirect: median(alone.direct), trytonInvoiceAloneMsTower: median(alone.tower) };
  const turns = ({ direct, tower }: { direct: readonly number[]; tower: readonly number[] }): number[] => tower.map((ms, at) => ms / (direct[at] ?? 0));
  process.stdout.write(`${JSON.stringify(Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number(value.toFixed(2))])))}\n`);
  const rows = await database.sql<{ at: number; reference: string; total: string }>("select substring(i.number from '[0-9]+$')::int as at, i.reference, (select sum(l.debit)::numeric(16,2)::text from account_move_line l where l.move = i.move) as total from account_invoice i order by 1");
  expect(rows.map(({ at }) => at)).toEqual(Array.from({ length: 2 * (rounds * inOne + pairs + 1) }, (_, at) => at + 1));
  expect(new Set(rows.map(({ reference }) => reference)).size).toBe(rows.length);
  expect(new Set(rows.map(({ total }) => total))).toEqual(new Set(["135.00"]));
  expect(turns(alone).some((ratio) => ratio <= roomAlone), `one alone took ${turns(alone).map((ratio) => ratio.toFixed(2)).join(", ")} times the client's`).toBe(true);
  expect(turns(bulk).some((ratio) => ratio <= roomInRow), `${inOne} in a row took ${turns(bulk).map((ratio) => ratio.toFixed(2)).join(", ")} times the client's`).toBe(true);
}, 600_000);
