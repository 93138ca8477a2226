import { afterAll, beforeAll, expect, test } from "vitest";
import { planners } from "@/server/domain/planners";
import { fail, ok } from "@/server/domain/result";
import { createIntegrations } from "@/server/integrations/runtime";
import { sandboxErp } from "@/server/integrations/sandbox-erp";
import { startForTest, testCredentials, type TestSystem } from "@/server/landscape/testing/in-process";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { runToRest } from "@/server/testing/memory/ports";
import { credit, customer, item, order, pays, periods, returnAuthorised, returnReceived, ships } from "@/server/testing/world/builders";
import { createDesk } from ".";

/** The tower on its database, with the simulated ledger itself over HTTP; only what is not finance is simulated nearer by. */
let engine: Engine, erp: TestSystem, ports: Engine["ports"];
const codes: Readonly<Record<string, string>> = { "customer|D10001": "D10001", "item|A": "1000-001", "terms|net30": "N30" };
beforeAll(async () => {
  [engine, erp] = await Promise.all([createEngine(), startForTest("erp", { today: "2026-03-10" })]);
  const secret = testCredentials.erp.type === "oauth" ? testCredentials.erp.clientSecret : "";
  const row = { id: "erp", type: "sandbox-erp", name: "", entity: "US01", settings: { url: erp.url, allowPrivateNetwork: true, company: "US01", clientId: "ledgerline", isSystemOfRecord: false }, secrets: { clientSecret: secret }, state: "active" as const, concurrency: null, perMinute: null };
  const finance = createIntegrations({
    loadConnectors: () => Promise.resolve([row]), renewCodes: () => Promise.resolve(), baseUnit: () => ok("PCS"), clock: { now: () => "2026-03-10T12:00:00.000Z" },
    resolveCode: (_entity, _system, kind, canonical) => { const found = kind === "unit" ? canonical : codes[`${kind}|${canonical}`]; return found === undefined ? fail("MAP-04", `${kind} ${canonical} has no mapping`) : ok(found); },
  }, { types: new Map([[sandboxErp.type, sandboxErp]]), refreshMs: 0 });
  const { landscape } = engine, of = (id: string) => (id === "erp" ? finance : landscape);
  ports = { ...engine.ports, connectors: {
    list: async () => [...(await landscape.list()).filter(({ id }) => id !== "erp"), ...(await finance.list())], find: (id) => of(id).find(id), translate: (message) => landscape.translate(message),
    send: (command, signal) => of(command.connector).send(command, signal), lookup: (command, signal) => of(command.connector).lookup(command, signal), verify: (command, reference, signal) => of(command.connector).verify(command, reference, signal),
  } };
  await rest(customer("D10001", { name: "Abbott Electric" }), item("A"), credit("D10001", 1, "2026-01-01 00:00", "9000000.00", "0.00"), periods(1, "2026-01-01 00:00"));
});
afterAll(async () => { await erp.close(); await engine.close(); });

async function rest(...told: Parameters<Engine["say"]>) { if (told.length > 0) await engine.say(...told); await runToRest(ports, planners); }
const documents = async (type: string) => ((await erp.call("GET", `/_documents?type=${type}`)).body as { documents: Record<string, Record<string, string>[]> }).documents[type] ?? [];
const left = async () => (await documents("openItems")).map(({ DocumentType, DocumentNo, RemainingAmount }) => [DocumentType, DocumentNo, RemainingAmount]);
const trouble = () => engine.rows("select code, message from exception_item where state = 'open' union all select rejection_code, rejection_message from command where state <> 'confirmed' and state <> 'withdrawn'");

test("a price that rises after the invoice: approved, posted, paid and credited in a real ledger, to the cent", { timeout: 120_000 }, async () => {
  const so = order("SO-1").line("1", "A", 10, "12.50").with({ parties: { sellTo: "D10001", billTo: "D10001", shipTo: "D10001" } });
  await rest(so);
  await rest(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  await rest(so.change("2026-03-03 10:00", (data) => { data.lines[0]!.price = "13.75"; }));
  const [hold] = await engine.rows<{ id: string; digest: string; amount: string }>("select id::text, digest, amount::float8::text as amount from hold where rule = 'CREDIT_APPROVAL' and state = 'active'");
  expect([hold?.amount, await documents("salesDebitMemos")]).toEqual(["13.5", []]);

  const desk = createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
  expect(await desk.decideHold(person("ann", grant({ holdCodes: ["CREDIT_APPROVAL"] })), { holdId: hold?.id ?? "", digest: hold?.digest ?? "", verdict: "approve", reason: "checked" })).toMatchObject({ ok: true });
  await rest();
  expect(await documents("salesDebitMemos")).toMatchObject([{ No: "703001", AppliesToInvoiceNo: "103001", PostingDate: "2026-03-02", DueDate: "2026-04-01", NetAmount: "12.50", TaxAmount: "1.00", TotalAmount: "13.50" }]);
  expect(await engine.rows("select state, reference, verified_at is not null as verified from command where kind = 'post_debit'")).toEqual([{ state: "confirmed", reference: "703001", verified: true }]);
  expect([await left(), await trouble()]).toEqual([[["Invoice", "103001", "135.00"], ["DebitMemo", "703001", "13.50"]], []]);

  // what is sent for the invoice beyond it is for its debit
  await rest(pays("R-1", "2026-03-05 10:00", "148.50", { 103001: "148.50" }, { payer: "D10001" }));
  expect([await left(), await trouble()]).toEqual([expect.arrayContaining([["Invoice", "103001", "0.00"], ["DebitMemo", "703001", "0.00"], ["Payment", "PR-000001", "0.00"]]), []]);

  await rest(returnAuthorised("RT-1", "SO-1", "2026-03-09 10:00", { 1: 10 }), returnReceived("RT-1", "SO-1", "2026-03-09 11:00", [{ line: "1", item: "A", quantity: 10 }]));
  expect([await documents("salesCreditMemos"), await trouble()]).toMatchObject([[{ TotalAmount: "148.50", NetAmount: "137.50", TaxAmount: "11.00", RemainingAmount: "148.50" }], []]);
  expect(((await erp.call("GET", "/_ledger")).body as { totals: object }).totals).toEqual({ USD: "0.00" });
});
