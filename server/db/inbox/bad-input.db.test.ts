import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planners } from "@/server/domain/planners";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { messageOf } from "@/server/testing/memory/landscape";
import { credit, customer, event, item, order, periods, ships, type Tellable, type Told } from "@/server/testing/world/builders";
import { testPolicy } from "@/server/testing/world/defaults";

let engine: Engine;
let said = 0;
const now = "2026-03-02 14:00";
beforeEach(async () => {
  engine = await createEngine({ policy: { ...testPolicy, unseenDocumentWaitMinutes: 0 } });
  await come(periods(1, "2026-01-01 00:00"), item("A"), item("B", { absurdAbove: "100" }), customer("C-1"), credit("C-1", 1, "2026-01-01 00:00", "1000000.00", "0.00"));
});
afterEach(async () => { await engine.close(); });

/** Each as a message of its own; then everything that calls nobody runs until nothing waits. */
async function come(...things: (Told | Tellable)[]): Promise<void> {
  await engine.stores.inbox.store(things.map((thing) => messageOf(thing, `bad-${said += 1}`)));
  while ((await normalizeWaiting(engine.ports, 100)) + (await engine.ports.broadcasts.passOn(100)) + (await planWaiting(engine.ports, planners, 50)) > 0);
}
const open = () => engine.rows<{ code: string; of: string | null }>("select e.code, s.kind || ' ' || s.key as of from exception_item e left join subject s on s.id = e.subject_id where e.state = 'open' order by e.code, of");
const commands = () => engine.rows("select natural_key, payload from command order by natural_key");
const orderOf = (number: string) => order(number).line("1", "A", 5, "10.00");
const goods = (shipment: string, number: string, quantity: number, source?: string): Told => ({ ...ships(shipment, now, [{ order: number, line: "1", item: "A", quantity }]), ...(source ? { source } : {}) });

describe("bad input that was taken is seen, kept, and stops only what needs what is missing", () => {
  const bad: [string, () => Tellable, { code: string; stops: string[] }][] = [
    ["a customer whom nobody knows", () => orderOf("SO-1").customer("NOBODY"), { code: "MAP-01", stops: ["order"] }],
    ["an item that nobody knows: its line waits, the other goes on", () => orderOf("SO-1").line("2", "NO-SUCH", 1, "1.00"), { code: "MAP-02", stops: ["2"] }],
    ["a unit that the item has not", () => orderOf("SO-1").line("2", "A", 1, "1.00", { unit: "BX" }), { code: "MAP-03", stops: ["2"] }],
    ["an absurd quantity: its line waits, the other goes on", () => orderOf("SO-1").line("2", "B", 5000, "1.00"), { code: "ORD-02", stops: ["2"] }],
    ["a currency that is not the customer's", () => orderOf("SO-1").with({ currency: "EUR" }), { code: "CTR-01", stops: ["order"] }],
  ];
  it.each(bad)("%s", async (_, thing, { code, stops }) => {
    await come(thing());
    expect(await open()).toEqual([{ code, of: "order SO-1" }]);
    expect(await engine.value("select stops from exception_item where state = 'open'")).toEqual(stops);
    expect(await engine.value("select body from inbound_message where source_message_id = $1", [`bad-${said}`])).toBeInstanceOf(Buffer);
  });

  it("the largest order that the contract lets in is planned and kept: every figure of it has room", async () => {
    const most = { unit: "EA", priceUnit: "0.000001" };
    const largest = order("SO-MAX");
    for (let no = 1; no <= 50; no += 1) largest.line(String(no), "A", "999999999.999999", "999999999999.999999", most);
    await come(largest);
    expect((await open()).filter(({ code }) => code === "TEC-05")).toEqual([]);
    expect(await engine.value("select open_value > 1e28 from subject where key = 'SO-MAX'")).toBe(true);
  });

  it("an event for an order not yet seen is SEQ-01; the order comes, it closes by evidence and the goods are billed", async () => {
    await come(goods("SH-1", "SO-9", 5));
    expect(new Set((await open()).map(({ code }) => code))).toEqual(new Set(["SEQ-01"]));
    expect(await engine.value("select count(*)::int from command")).toBe(0);
    await come(orderOf("SO-9"));
    expect(await open()).toEqual([]);
    expect(await engine.rows("select distinct resolution from exception_item where code = 'SEQ-01'")).toEqual([{ resolution: "closed_by_evidence" }]);
    expect(await engine.value("select count(*)::int from command where kind = 'determine_tax'")).toBe(1);
  });

  it("two shipments with one number from one warehouse: the first stays, the second is CTR-02 with its bytes kept", async () => {
    await come(orderOf("SO-1"), orderOf("SO-2"));
    await come(goods("SH-1", "SO-1", 5));
    await come(goods("SH-1", "SO-2", 3));
    expect(await open()).toEqual([{ code: "CTR-02", of: "shipment SH-1" }]);
    expect(await engine.value("select message from exception_item where code = 'CTR-02'")).toContain("SH-1 version 1 again with other content");
    expect(await engine.rows("select f.data->'lines'->0->>'order' as of from fact f where f.type = 'shipment.confirmed'")).toEqual([{ of: "SO-1" }]);
    const kept = await engine.value<Buffer>("select m.body from exception_item e join inbound_message m on m.id = e.message_id where e.code = 'CTR-02'");
    expect(kept.toString()).toContain("SO-2");
    expect(await engine.rows("select distinct payload->'lines'->0->>'quantity' as quantity from command where kind = 'determine_tax'")).toEqual([{ quantity: "5" }]);
  });

  it("two warehouses that use one number: CTR-02 on the shipment, the first counts", async () => {
    await come(orderOf("SO-1"), orderOf("SO-2"), goods("SH-1", "SO-1", 5));
    await come(goods("SH-1", "SO-2", 3, "carrier"));
    expect(await open()).toEqual([{ code: "CTR-02", of: "shipment SH-1" }]);
    expect(await engine.value("select count(*)::int from command where kind = 'determine_tax'")).toBe(1);
  });

  it("an order's version again with other lines: the first stays, CTR-02, nothing more is asked of anybody", async () => {
    await come(orderOf("SO-1"));
    const before = await commands();
    await come(order("SO-1").line("1", "A", 500, "10.00"));
    expect(await open()).toEqual([{ code: "CTR-02", of: "order SO-1" }]);
    expect(await commands()).toEqual(before);
  });

  it("a receipt that names an invoice nobody knows is seen, and nothing is applied", async () => {
    await come(event("receipt.recorded", "2026-03-02T15:00:00.000Z", { receipt: "R-1", version: 1, payer: "C-1", means: "bank", amount: "10.00", currency: "USD", receivedOn: "2026-03-02", remittance: [{ document: "INV-?", amount: "10.00" }] }));
    expect(await open()).toEqual([{ code: "SEQ-01", of: "receipt R-1" }]);
    expect(await engine.value("select count(*)::int from command where kind = 'apply_receipt'")).toBe(0);
  });
});
