import { afterAll, beforeAll, expect, it } from "vitest";
import { createKey, readClient } from "@/server/db/keys";
import { cloudEventType, type EventData, type EventType } from "@/server/domain/contracts/registry";
import { planners } from "@/server/domain/planners";
import { cloudEvents } from "@/server/integrations/cloud-events";
import { createWorker, type Worker } from "@/server/jobs/run-worker";
import { receive } from "@/server/pipeline/receive";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { credit, customer, item, order, periods, ships } from "@/server/testing/world/builders";
import type { Doors } from "./door";
import { postEvents } from "./events";

let engine: Engine, worker: Worker, secret: string;
const errors: string[] = [];
beforeAll(async () => {
  engine = await createEngine();
  await engine.pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC')");
  const key = await createKey(engine.pool, { name: "another", entity: "US01", source: "zeta", scopes: ["events:*"], createdBy: "test", expiresAt: null });
  if (!key.ok) throw new Error(key.error.message);
  secret = key.value.secret;
  const { landscape } = engine;
  const connectors: typeof landscape = { ...landscape, translate: (message) => (message.connector === "zeta" ? Promise.resolve(cloudEvents.toCanonical({ ...message, connectorId: "zeta", entity: "US01", settings: {} })) : landscape.translate(message)) };
  worker = createWorker({ ...engine.ports, connectors }, { worker: "worker", planners, signals: engine.stores.signals, leaseMs: 2_000, onError: (loop, error) => { errors.push(`${loop}: ${(error as Error).message}`); } });
});
afterAll(async () => { await worker.stop(); await engine.close(); });

let sent = 0;
/** As anybody with a key does it. */
async function post<T extends EventType>(type: T, data: Partial<EventData<T>>, subject?: string): Promise<void> {
  const event = { specversion: "1.0", id: `z-${sent += 1}`, source: "/zeta", type: cloudEventType(type), time: new Date().toISOString(), data, ...(subject === undefined ? {} : { subject }) };
  const services = { receive: (inputs) => receive(engine.stores.inbox, inputs), clientOf: (bearer) => readClient(engine.pool, bearer) } as Pick<Doors, "receive" | "clientOf"> as Doors;
  const answer = await postEvents(services, new Request("http://tower.test/api/v1/events", { method: "POST", headers: { authorization: `Bearer ${secret}`, "content-type": "application/cloudevents+json" }, body: JSON.stringify(event) }));
  expect(((await answer.json()) as { results: { status: string }[] }).results[0]?.status).toBe("accepted");
}
async function until(sql: string): Promise<void> {
  worker.wakeAll();
  for (const end = performance.now() + 30_000; !(await engine.value<boolean>(`select exists (${sql})`)); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (performance.now() > end) throw new Error(`never: ${sql}; ${errors.slice(0, 3).join("; ")} ${JSON.stringify(await engine.rows("select subject_id, kind, state, rejection_message from command"))}`);
}
const found = (subject: string, code: string) => `select 1 from exception_item where subject_id = 'US01:${subject}' and code = '${code}' and state = 'open' and fingerprint like '%connector=zeta%'`;
const confirmed = (kind: string, subject: string) => `select 1 from command where kind = '${kind}' and state = 'confirmed' and subject_id like 'US01:${subject}%'`;
const said = (kind: string, subject: string) => engine.value<number>("select count(*)::int from command where kind = $1 and subject_id like $2", [kind, `US01:${subject}%`]);

it("what a key says of facts that have another system of record is kept and shown, and nothing follows", { timeout: 120_000 }, async () => {
  const ordered = order("SO-1").line("1", "A", 10, "12.50");
  const goods = (shipment: string, of: string, quantity: number) => ships(shipment, "2026-03-02 14:00", [{ order: of, line: "1", item: "A", quantity }]);
  await engine.say(periods(1, "2026-01-01 00:00"), item("A"), customer("C-1"), credit("C-1", 1, "2026-01-01 00:00", "1000000.00", "0.00"), ordered, order("SO-2").line("1", "A", 9, "12.50").with({ purchaseOrder: "2" }), order("SO-3").line("1", "A", 7, "11.00").with({ purchaseOrder: "3" }));
  for (const number of ["SO-1", "SO-2", "SO-3"]) await until(confirmed("release_to_warehouse", `order:${number}`));

  // a: no limit of somebody's own choice
  await post("credit.positioned", { account: "C-1", version: 99, currency: "USD", limit: "0", openReceivables: "0", asOf: "2026-03-02T08:30:00.000Z" });
  await until(found("credit_account:C-1", "CTR-02"));
  expect(await engine.value("select amounts->>'limit' from subject where id = 'US01:credit_account:C-1'")).toBe("1000000.00");

  // b: no hold is passed by an invoice that the ledger does not have
  await engine.say(ordered.change("2026-03-02 12:00", (next) => { for (const row of next.lines) row.price = "12.00"; }));
  await until("select 1 from fact where subject_id = 'US01:order:SO-1' and type = 'order.captured' and version = 2");
  await engine.say(goods("SH-1", "SO-1", 10));
  const unit = "billing_unit:SH-1/C-1/USD/net30/p1", held = `select 1 from hold where subject_id = 'US01:${unit}' and rule = 'CHANGED_AFTER_RELEASE' and state = 'active'`;
  await until(held);
  await post("ledger.document_read", { kind: "invoice", number: "FAKE-1", reference: `post_invoice|US01:${unit}||1`, version: 1, state: "posted", currency: "USD", total: "1.00", accountingDate: "2026-03-02" }, unit.replace(":", "/"));
  await until(found(unit, "CTR-03"));
  await until(held);

  // c: nothing is billed that no warehouse shipped
  await post("shipment.confirmed", { shipment: "GHOST-2", version: 1, warehouse: "W1", shippedAt: "2026-03-02T13:00:00.000Z", lines: [{ shipmentLine: "1", order: "SO-2", orderLine: "1", item: "A", quantity: "9", substitute: false }] });
  await until(found("shipment:GHOST-2", "CTR-03"));
  await engine.say(goods("SH-2", "SO-2", 9));
  await until(confirmed("post_invoice", "billing_unit:SH-2"));

  // d: no credit for what nobody allowed and nobody received
  await engine.say(goods("SH-3", "SO-3", 7));
  await until(confirmed("post_invoice", "billing_unit:SH-3"));
  await post("return.authorised", { return: "GHOSTRMA2", version: 1, order: "SO-3", requestedAt: "2026-03-03T09:00:00.000Z", authorisedAt: "2026-03-03T09:00:00.000Z", lines: [{ line: "1", quantity: "3" }] });
  await post("return.received", { return: "GHOSTRMA2", version: 1, order: "SO-3", receivedAt: "2026-03-03T10:00:00.000Z", lines: [{ line: "1", item: "A", quantity: "3", disposition: "restock" }] });
  await until(`select 1 from exception_item where subject_id = 'US01:return:GHOSTRMA2' and state = 'open' and code = 'CTR-03' and fingerprint like '%return.received%'`);

  expect([await said("post_invoice", "billing_unit:SH-1"), await said("post_invoice", "billing_unit:GHOST-2"), await said("notify_shipment", "shipment:GHOST-2"), await said("post_credit", "")]).toEqual([0, 0, 0, 0]);
  expect(await engine.rows("select rule from hold where state = 'active' and rule = 'OVER_SHIPMENT'")).toEqual([]);

  // it ends when the sender takes it back
  await post("shipment.confirmed", { shipment: "GHOST-2", version: 2, reversed: true, warehouse: "W1", shippedAt: "2026-03-02T13:00:00.000Z", lines: [] });
  await until("select 1 from exception_item where subject_id = 'US01:shipment:GHOST-2' and code = 'CTR-03' and state = 'resolved' and resolution = 'closed_by_evidence'");
  expect(errors).toEqual([]);
});
