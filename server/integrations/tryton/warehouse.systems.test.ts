import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClaimedCommand } from "@/server/pipeline/ports";
import { cuttingProxy, type CuttingProxy } from "@/server/testing/systems/cutting-proxy";
import { createTrytonDatabase, type TrytonDatabase } from "@/server/testing/systems/tryton-database";
import { trytonPerson, type TrytonPerson } from "@/server/testing/systems/tryton-person";
import { command, integrationsOf, lease, type Setup } from "../contract/testing/conformance";
import type { Integrations } from "../runtime";
import { tryton } from ".";

/** The warehouse of Tryton itself: the connector asks, a person picks, packs and ships at Tryton, and what is there is read by SQL. */
let database: TrytonDatabase, proxy: CuttingProxy, integrations: Integrations, setup: Setup, picker: TrytonPerson;
const codes = { "customer|D1": "C1001", "warehouse|COL": "WH", "item|BRK": "BRK-1P-15", "base_unit|BRK": "u", "item|BRK2": "BRK-2P-30", "base_unit|BRK2": "u", "item|CBL": "CBL-12-2", "base_unit|CBL": "m", "item|BOX": "CBL-12-2", "base_unit|BOX": "u" };
beforeAll(async () => {
  database = await createTrytonDatabase();
  proxy = await cuttingProxy(database.url);
  const [company] = await database.sql<{ id: number }>("select id from company_company");
  setup = { connector: tryton, codes, secrets: { password: database.passwords.connector }, settings: { login: "ledgerline", company: company?.id, uses: "warehouse" } };
  integrations = integrationsOf(setup, proxy.url);
  picker = await trytonPerson(database.url, "picker", database.passwords.picker);
});
afterAll(async () => { await proxy.close(); await database.drop(); });

const send = (use: ClaimedCommand, by = integrations) => by.send(use, lease(20_000)).then(({ outcome }) => outcome);
const again = (use: ClaimedCommand): ClaimedCommand => ({ ...use, attempt: use.attempt + 1 });
const reserve = (order: string, line: string, item: string, quantity: string, revision = 1) =>
  command("request_allocation", { kind: "order", key: order }, { order, line, revision, item, quantity, warehouse: "COL", neededOn: null }, { naturalKey: `request_allocation|US01:order:${order}|${line}|${revision}`, sequence: revision });
const shipTo = { name: "Abbott, gate 4", line1: "7 Mill Road", city: "Dayton", postalCode: "45403", state: "OH", country: "US" };
const release = (order: string, lines: readonly (readonly [string, string, string])[], number = 1) => command("release_to_warehouse", { kind: "order", key: order }, {
  reference: `${order}-R${number}`, order, request: `${order}-R${number}`, warehouse: "COL", customer: "D1", shipTo, carrier: null, shipOn: null, purchaseOrder: null,
  lines: lines.map(([line, item, quantity]) => ({ line, item, quantity, substitutionAllowed: false, component: null })),
}, { naturalKey: `release_to_warehouse|US01:order:${order}|${order}-R${number}|1` });
const recall = (order: string, lines: readonly (readonly [string, string])[], sequence = 1) =>
  command("recall_release", { kind: "order", key: order }, { order, request: `${order}-R1`, lines: lines.map(([line, quantity]) => ({ line, quantity })) }, { naturalKey: `recall_release|US01:order:${order}|${order}-R1|${sequence}`, sequence });
const numberOf = (outcome: Awaited<ReturnType<typeof send>>): string => { expect(outcome).toMatchObject({ kind: "confirmed" }); return outcome.kind === "confirmed" ? outcome.reference : ""; };

const idOf = async (number: string): Promise<number> => (await database.sql<{ id: number }>("select id from stock_shipment_out where number = $1", [number]))[0]?.id ?? 0;
const stateOf = async (number: string): Promise<string | undefined> => (await database.sql<{ state: string }>("select state from stock_shipment_out where number = $1", [number]))[0]?.state;
const press = async (number: string, ...buttons: readonly string[]): Promise<void> => { for (const button of buttons) await picker.call(`model.stock.shipment.out.${button}`, [await idOf(number)]); };
/** Moves of the shipment's side that leaves, or of the one that is picked. */
const movesOf = (number: string, to: "customer" | "storage") => database.sql<{ id: number; quantity: number; state: string; code: string }>(
  "select m.id, m.quantity, m.state, p.code from stock_move m join stock_location l on l.id = m.to_location join product_product p on p.id = m.product where m.shipment = 'stock.shipment.out,' || (select id from stock_shipment_out where number = $1) and l.type = $2 order by m.id", [number, to]);
/** Kept for somebody, by item. */
const kept = async (code: string): Promise<number> => Number((await database.sql<{ kept: number }>("select coalesce(sum(m.internal_quantity), 0) as kept from stock_move m join product_product p on p.id = m.product where p.code = $1 and m.state = 'assigned'", [code]))[0]?.kept);

async function stockIn(code: string, quantity: number): Promise<void> {
  const [product] = await database.sql<{ id: number }>("select id from product_product where code = $1", [code]), [zone] = await database.sql<{ id: number }>("select id from stock_location where code = 'STO'");
  const [id] = await picker.call<number[]>("model.stock.inventory.create", [{ location: zone?.id, lines: [["create", [{ product: product?.id, quantity: quantity + (await onHand(code)) }]]] }]);
  await picker.call("model.stock.inventory.confirm", [id]);
}
/** In the storage zone. */
const onHand = async (code: string): Promise<number> => Number((await database.sql<{ there: number }>("select coalesce(sum(case when t.code = 'STO' then m.internal_quantity else -m.internal_quantity end), 0) as there from stock_move m join product_product p on p.id = m.product join stock_location f on f.id = m.from_location join stock_location t on t.id = m.to_location where p.code = $1 and m.state = 'done' and 'STO' in (f.code, t.code)", [code]))[0]?.there);

const read = async (feed: string, cursor: unknown = null) => {
  const events: { type: string; data: Record<string, unknown> }[] = [];
  for (let at = cursor, more = true; more;) {
    const { reading } = await integrations.readFeed("under-test", feed, at, lease(20_000));
    if (!reading.ok) throw new Error(reading.error.message);
    for (const one of reading.value.messages) {
      const told = await integrations.translate({ connector: "under-test", entity: "US01", sourceMessageId: one.sourceMessageId, correlationId: "c", receivedAt: new Date().toISOString(), contentType: one.contentType, body: one.body });
      if (!told.ok) throw new Error(told.error.message);
      events.push(...told.value.events.map(({ type, data }) => ({ type, data: data })));
    }
    at = reading.value.cursor;
    more = reading.value.more;
  }
  return events;
};
const toldOf = async (request: string) => (await read("moves")).filter(({ data }) => data["request"] === request || JSON.stringify(data["lines"] ?? "").includes(`"request":"${request}"`));

describe("an order through the warehouse", () => {
  test("is reserved, released, picked, packed and shipped, and each step is told", async () => {
    expect(await send(reserve("N-1", "l1", "BRK", "10"))).toMatchObject({ kind: "confirmed", result: { allocated: "10", backordered: "0", warehouse: "WH" } });
    expect(await send(reserve("N-1", "l2", "CBL", "42.5"))).toMatchObject({ kind: "confirmed", result: { allocated: "42.5" } });
    expect(await kept("BRK-1P-15")).toBe(10);
    const number = numberOf(await send(release("N-1", [["l1", "BRK", "10"], ["l2", "CBL", "42.5"]])));
    expect(await stateOf(number)).toBe("assigned");
    expect(await kept("BRK-1P-15")).toBe(10);
    await press(number, "pick", "pack", "done");
    expect(await toldOf("N-1-R1")).toMatchObject([
      { type: "fulfilment.progressed", data: { state: "closed", lines: [{ line: "l1", released: "10", picked: "10", packed: "10", short: "0", over: "0" }, { line: "l2", packed: "42.5" }] } },
      { type: "shipment.confirmed", data: { shipment: number, warehouse: "WH", reversed: false, lines: [{ orderLine: "l1", item: "BRK-1P-15", quantity: "10", substitute: false }, { orderLine: "l2", item: "CBL-12-2", quantity: "42.5" }] } },
    ]);
    const [to] = await database.sql("select a.street, a.city from stock_shipment_out s join party_address a on a.id = s.delivery_address where s.number = $1", [number]);
    expect(to).toEqual({ street: "7 Mill Road", city: "Dayton" });
  });
});

describe("less than was asked", () => {
  test("what is not there waits, kept for nobody; asked again it goes on with what it has", async () => {
    expect(await send(reserve("N-2", "l1", "BRK2", "5"))).toMatchObject({ kind: "confirmed", result: { allocated: "3", backordered: "2" } });
    expect(await send(reserve("N-3", "l1", "BRK2", "1"))).toMatchObject({ kind: "confirmed", result: { allocated: "0", backordered: "1" } });
    expect(await send(reserve("N-2", "l1", "BRK2", "5", 2))).toMatchObject({ kind: "confirmed", result: { allocated: "3", backordered: "2" } });
    expect(await database.sql("select reference, state from stock_shipment_internal where reference like 'alloc|US01|N-2|%'")).toEqual([{ reference: "alloc|US01|N-2|l1|r2|0", state: "waiting" }]);
    const number = numberOf(await send(release("N-2", [["l1", "BRK2", "3"]])));
    expect(await database.sql("select state from stock_shipment_internal where reference = 'alloc|US01|N-2|l1|r2|3'")).toEqual([{ state: "waiting" }]);
    await press(number, "pick", "pack", "done");
    await stockIn("BRK-2P-30", 3);
    expect(await send(reserve("N-2", "l1", "BRK2", "5", 3))).toMatchObject({ kind: "confirmed", result: { allocated: "5", backordered: "0" } });
    expect(await send(reserve("N-3", "l1", "BRK2", "1", 2))).toMatchObject({ kind: "confirmed", result: { allocated: "1", backordered: "0" } });
    const second = numberOf(await send(release("N-2", [["l1", "BRK2", "2"]], 2)));
    await press(second, "pick", "pack", "done");
    expect((await toldOf("N-2-R2")).at(-1)).toMatchObject({ type: "shipment.confirmed", data: { lines: [{ orderLine: "l1", quantity: "2" }] } });
  });
  test("a shipment that the warehouse packs short says so", async () => {
    await send(reserve("N-4", "l1", "BRK", "5"));
    const number = numberOf(await send(release("N-4", [["l1", "BRK", "5"]])));
    await press(number, "pick");
    await picker.call("model.stock.move.write", (await movesOf(number, "customer")).map(({ id }) => id), { quantity: 4 });
    await press(number, "pack", "done");
    expect(await toldOf("N-4-R1")).toMatchObject([
      { type: "fulfilment.progressed", data: { state: "closed", lines: [{ line: "l1", released: "5", packed: "4", short: "1" }] } },
      { type: "shipment.confirmed", data: { lines: [{ orderLine: "l1", quantity: "4" }] } },
    ]);
  });
  test("other goods than were asked go as their substitute; what nobody asked for goes by its own name", async () => {
    await send(reserve("N-5", "l1", "BRK", "2"));
    const number = numberOf(await send(release("N-5", [["l1", "BRK", "2"]])));
    const [cable] = await database.sql<{ id: number }>("select id from product_product where code = 'CBL-12-2'"), [metre] = await database.sql<{ id: number }>("select default_uom as id from product_template t join product_product p on p.template = t.id where p.code = 'CBL-12-2'");
    await press(number, "pick");
    const [left] = await movesOf(number, "customer"), [row] = await database.sql<Record<string, number>>("select from_location, to_location, company, currency from stock_move where id = $1", [left?.id]);
    await picker.call("model.stock.move.create", [{ ...row, product: cable?.id, uom: metre?.id, quantity: 7, unit_price: { __class__: "Decimal", decimal: "0" }, shipment: `stock.shipment.out,${await idOf(number)}` }]);
    await press(number, "pack", "done");
    expect((await toldOf("N-5-R1")).at(-1)).toMatchObject({ type: "shipment.confirmed", data: { lines: [{ orderLine: "l1", item: "BRK-1P-15", substitute: false }, { orderLine: "CBL-12-2", item: "CBL-12-2", quantity: "7" }] } });
  });
});

describe("taking back", () => {
  test("a part of a line, then a whole line, then all, while nothing is picked", async () => {
    await send(reserve("N-6", "l1", "BRK", "6"));
    await send(reserve("N-6", "l2", "CBL", "10"));
    const before = await kept("BRK-1P-15"), number = numberOf(await send(release("N-6", [["l1", "BRK", "6"], ["l2", "CBL", "10"]])));
    expect(await send(recall("N-6", [["l1", "2"]]))).toMatchObject({ kind: "confirmed", result: { accepted: [{ line: "l1", quantity: "2" }], refused: [] } });
    expect(await kept("BRK-1P-15")).toBe(before - 2);
    expect(await movesOf(number, "customer")).toMatchObject([{ code: "BRK-1P-15", quantity: 4 }, { code: "CBL-12-2", quantity: 10 }]);
    expect(await stateOf(number)).toBe("assigned");
    expect(await send(recall("N-6", [["l2", "10"]], 2))).toMatchObject({ kind: "confirmed", result: { accepted: [{ line: "l2", quantity: "10" }] } });
    expect(await toldOf("N-6-R1")).toMatchObject([{ data: { state: "accepted", lines: [{ line: "l1", released: "6", recalled: "2" }, { line: "l2", released: "10", recalled: "10" }] } }]);
    expect(await send(again(recall("N-6", [["l2", "10"]], 2)))).toMatchObject({ kind: "confirmed", result: { accepted: [{ line: "l2", quantity: "10" }], refused: [] } });
    expect(await send(recall("N-6", [["l1", "9"]], 3))).toMatchObject({ kind: "confirmed", result: { accepted: [{ line: "l1", quantity: "4" }], refused: [{ line: "l1", quantity: "5" }] } });
    expect(await stateOf(number)).toBe("cancelled");
    expect(await kept("BRK-1P-15")).toBe(before - 6);
  });
  test("what is picked is refused, and nothing of it is changed", async () => {
    await send(reserve("N-7", "l1", "BRK", "2"));
    const number = numberOf(await send(release("N-7", [["l1", "BRK", "2"]])));
    await press(number, "pick");
    expect(await send(recall("N-7", [["l1", "1"]]))).toMatchObject({ kind: "confirmed", result: { accepted: [], refused: [{ line: "l1", quantity: "1" }], reason: "picked already" } });
    expect(await stateOf(number)).toBe("picked");
    expect(await database.sql("select message from ir_note where message like '%N-7-R1|1%'")).toEqual([]);
  });
  test("before release a smaller asking gives goods back, none gives all back", async () => {
    const before = await kept("BRK-1P-15");
    await send(reserve("N-8", "l1", "BRK", "8"));
    expect(await send(reserve("N-8", "l1", "BRK", "3", 2))).toMatchObject({ kind: "confirmed", result: { allocated: "3" } });
    expect(await kept("BRK-1P-15")).toBe(before + 3);
    expect(await send(reserve("N-8", "l1", "BRK", "0", 3))).toMatchObject({ kind: "confirmed", result: { allocated: "0", backordered: "0" } });
    expect(await kept("BRK-1P-15")).toBe(before);
  });
  test("a shipment that a person cancels at Tryton is told as taken back", async () => {
    await send(reserve("N-9", "l1", "BRK", "2"));
    await press(numberOf(await send(release("N-9", [["l1", "BRK", "2"]]))), "cancel");
    expect(await toldOf("N-9-R1")).toMatchObject([{ type: "fulfilment.progressed", data: { state: "recalled", lines: [{ line: "l1", recalled: "2" }] } }]);
  });
});

describe("returns and stock", () => {
  const back = async (reference: string, quantity: number, origin: number | null) => {
    const [sold] = await database.sql<Record<string, number>>("select s.customer, s.delivery_address, s.company, m.product, m.uom, m.currency, m.to_location as came, w.input_location as to_location, w.id as warehouse from stock_move m join stock_shipment_out s on m.shipment = 'stock.shipment.out,' || s.id join stock_location w on w.id = s.warehouse where s.reference like 'rel|US01|N-1|%' and m.to_location = (select id from stock_location where code = 'CUS') order by m.id limit 1");
    const { customer, delivery_address, company, warehouse, came, ...move } = sold ?? {};
    const [id] = await picker.call<number[]>("model.stock.shipment.out.return.create", [{ reference, customer, delivery_address, company, warehouse, moves: [["create", [{ ...move, company, from_location: came, quantity, unit_price: { __class__: "Decimal", decimal: "0" }, ...(origin === null ? {} : { origin: `stock.move,${origin}` }) }]]] }]);
    await picker.call("model.stock.shipment.out.return.receive", [id]);
    return id ?? 0;
  };
  const news = async () => (await read("returns")).map(({ data }) => data);
  test("a return is of the line whose goods they were, by the move that left or by the order in its reference", async () => {
    const [left] = await database.sql<{ id: number }>("select m.id from stock_move m join stock_shipment_out s on m.shipment = 'stock.shipment.out,' || s.id where s.reference like 'rel|US01|N-1|%' and m.to_location = (select id from stock_location where code = 'CUS') order by m.id limit 1");
    const first = await back("RMA-1", 2, left?.id ?? 0);
    await back("RMA-2 N-1", 1, null);
    await back("somebody's", 1, null);
    expect(await news()).toMatchObject([{ return: "RMA-1", order: "N-1", warehouse: "WH", lines: [{ line: "l1", item: "BRK-1P-15", quantity: "2" }] }, { return: "RMA-2", order: "N-1", lines: [{ line: "l1", quantity: "1" }] }]);
    await picker.call("model.stock.shipment.out.return.done", [first]);
    expect((await news()).find((row) => row["return"] === "RMA-1")).toMatchObject({ lines: [{ line: "l1", quantity: "2", disposition: "restock" }] });
  });
  test("stock is told as Tryton counts it, with what is kept of it", async () => {
    await send(reserve("N-10", "l1", "CBL", "30"));
    const [there] = await database.sql<{ on_hand: number }>("select sum(case when t.code in ('STO','IN','OUT') then m.internal_quantity else 0 end) - sum(case when f.code in ('STO','IN','OUT') then m.internal_quantity else 0 end) as on_hand from stock_move m join product_product p on p.id = m.product join stock_location f on f.id = m.from_location join stock_location t on t.id = m.to_location where p.code = 'CBL-12-2' and m.state = 'done'");
    const told = (await read("moves")).filter(({ type, data }) => type === "stock.positioned" && data["item"] === "CBL-12-2").at(-1)?.data;
    expect(told).toMatchObject({ warehouse: "WH", onHand: String(there?.on_hand), allocated: String(await kept("CBL-12-2")) });
  });
});

describe("faults", () => {
  test.each([["the shipment is made", /stock\.shipment\.out\.create/], ["its note is written", /ir\.note\.create/], ["it is made to wait", /stock\.shipment\.out\.wait/], ["its reservation goes", /stock\.shipment\.internal\.cancel/], ["it is assigned", /stock\.shipment\.out\.assign_try/]] as const)("the answer is lost after %s: a second try makes one shipment of it", async (_, when) => {
    const order = `N-cut-${String(when).replace(/[^a-z]/g, "")}`.slice(0, 40);
    numberOf(await send(reserve(order, "l1", "BRK", "1")));
    const use = release(order, [["l1", "BRK", "1"]]);
    proxy.cut({ when, lose: "answer" });
    expect(await send(use)).toMatchObject({ kind: "unknown", failure: { code: "TEC-04" } });
    const looked = (await integrations.lookup(use, lease(20_000))).answer, told = await toldOf(`${order}-R1`), number = numberOf(await send(again(use)));
    // what is to be sent again is not told as standing
    expect(told.length > 0).toBe(looked.kind === "found");
    if (looked.kind === "found") expect(looked.reference).toBe(number);
    expect(await database.sql("select number, state from stock_shipment_out where reference like $1", [`rel|US01|${order}|%`])).toEqual([{ number, state: "assigned" }]);
    expect(await database.sql("select state from stock_shipment_internal where reference like $1", [`alloc|US01|${order}|%`])).toEqual([{ state: "cancelled" }]);
  });
  test.each([["is made", /internal\.create/], ["takes the place of the whole", /internal\.cancel/], ["waits", /internal\.wait/], ["is kept", /internal\.assign_try/], ["stands beside what was assigned", /out\.assign_try/]] as const)("a part of what is reserved is released, and the answer is lost after the rest %s: all of it stays kept, once", async (_, when) => {
    const order = `N-rest-${String(when).replace(/[^a-z]/g, "")}`.slice(0, 40), before = await kept("BRK-1P-15"), use = release(order, [["l1", "BRK", "2"]]);
    expect(await send(reserve(order, "l1", "BRK", "5"))).toMatchObject({ kind: "confirmed", result: { allocated: "5" } });
    proxy.cut({ when, lose: "answer" });
    expect(await send(use)).toMatchObject({ kind: "unknown" });
    // as the pipeline does: looked up, and sent again only where it is not found
    if ((await integrations.lookup(use, lease(20_000))).answer.kind !== "found") numberOf(await send(again(use)));
    expect((await integrations.lookup(use, lease(20_000))).answer.kind).toBe("found");
    expect(await kept("BRK-1P-15")).toBe(before + 5);
    expect(await database.sql("select m.quantity, m.state from stock_move m join stock_shipment_internal s on m.shipment = 'stock.shipment.internal,' || s.id where s.reference like $1 and s.state <> 'cancelled'", [`alloc|US01|${order}|%`])).toEqual([{ quantity: 3, state: "assigned" }]);
    expect(await database.sql("select count(*)::int as made from stock_shipment_out where reference like $1 and state = 'assigned'", [`rel|US01|${order}|%`])).toEqual([{ made: 1 }]);
  });
  test.each([["it is made", /internal\.create/], ["it waits", /internal\.wait/], ["it is kept", /internal\.assign_try/]] as const)("the answer to a reservation is lost after %s: it is there once", async (_, when) => {
    const order = `N-kept-${String(when).replace(/[^a-z]/g, "")}`.slice(0, 40), use = reserve(order, "l1", "BRK", "1"), before = await kept("BRK-1P-15");
    proxy.cut({ when, lose: "answer" });
    expect(await send(use)).toMatchObject({ kind: "unknown" });
    expect(await send(again(use))).toMatchObject({ kind: "confirmed", result: { allocated: "1" } });
    expect(await kept("BRK-1P-15")).toBe(before + 1);
    expect((await integrations.lookup(use, lease(20_000))).answer).toMatchObject({ kind: "found" });
  });
  test("a recall that was cut off anywhere is finished by the next try", async () => {
    for (const [at, when] of [/ir\.note\.create/, /out\.wait/, /out\.draft/, /stock\.move\.write/, /out\.assign_try/].entries()) {
      const order = `N-back-${at}`;
      await send(reserve(order, "l1", "BRK", "3"));
      const number = numberOf(await send(release(order, [["l1", "BRK", "3"]]))), use = recall(order, [["l1", "1"]]);
      proxy.cut({ when, lose: "answer" });
      expect((await send(use)).kind).toBe("unknown");
      expect(await send(again(use))).toMatchObject({ kind: "confirmed", result: { accepted: [{ line: "l1", quantity: "1" }], refused: [] } });
      expect(await movesOf(number, "customer")).toMatchObject([{ quantity: 2 }]);
      expect(await stateOf(number)).toBe("assigned");
    }
  });
  test("eight at once with cuts between: every request is one shipment, and all is kept once", async () => {
    const before = await kept("BRK-1P-15"), orders = Array.from({ length: 8 }, (_, at) => `N-race-${at}`);
    const untilConfirmed = async (uses: ClaimedCommand[]) => {
      for (let round = 0, open = uses; open.length > 0; round++) {
        expect(round).toBeLessThan(40);
        const outcomes = await Promise.all(open.map((use) => send({ ...use, attempt: round + 1 })));
        for (const outcome of outcomes) expect(outcome.kind).not.toBe("rejected");
        open = open.filter((_, at) => outcomes[at]?.kind !== "confirmed");
      }
    };
    proxy.cut({ when: /internal\.(create|assign_try)/, lose: "answer" }, 3);
    await untilConfirmed(orders.map((order) => reserve(order, "l1", "BRK", "2")));
    expect(await kept("BRK-1P-15")).toBe(before + 16);
    proxy.cut({ when: /shipment\.out\.(create|assign_try)|internal\.cancel/, lose: "answer" }, 4);
    await untilConfirmed(orders.map((order) => release(order, [["l1", "BRK", "2"]])));
    expect(await kept("BRK-1P-15")).toBe(before + 16);
    expect(await database.sql("select count(*)::int as made, count(distinct reference)::int as requests from stock_shipment_out where reference like 'rel|US01|N-race-%' and state = 'assigned'")).toEqual([{ made: 8, requests: 8 }]);
  }, 300_000);
});

describe("what it refuses", () => {
  test("an item that it counts in another unit, a warehouse and an item that it does not have, a customer that is gone", async () => {
    expect(await send(reserve("N-x", "l1", "BOX", "1"))).toMatchObject({ kind: "rejected", failure: { code: "MAP-03", message: expect.stringContaining("counts CBL-12-2 in m, not in u") as string } });
    expect(await send(reserve("N-x", "l1", "none", "1"))).toMatchObject({ kind: "rejected", failure: { code: "MAP-02" } });
    await send(reserve("N-x", "l2", "BRK", "1"));
    await database.sql("update party_party set active = false where code = 'C1001'");
    expect(await send(release("N-x", [["l2", "BRK", "1"]]))).toMatchObject({ kind: "rejected", failure: { code: "MAP-01" } });
    await database.sql("update party_party set active = true where code = 'C1001'");
    expect(await send(recall("N-nothing", [["l1", "1"]]))).toMatchObject({ kind: "rejected", failure: { code: "ORD-04" } });
  });
  test("a note that somebody deleted is missed aloud, not passed over", async () => {
    await send(reserve("N-note", "l1", "BRK", "1"));
    const number = numberOf(await send(release("N-note", [["l1", "BRK", "1"]])));
    await database.sql("delete from ir_note where resource = $1", [`stock.shipment.out,${await idOf(number)}`]);
    await expect(read("moves")).rejects.toThrow("the note that says what shipment");
  });
  test("rights that were taken away pause it, and a role that it does not have is refused", async () => {
    const clerk = integrationsOf({ ...setup, settings: { ...setup.settings, login: "clerk" }, secrets: { password: database.passwords.clerk } }, proxy.url);
    expect(await send(reserve("N-clerk", "l1", "BRK", "1"), clerk)).toMatchObject({ kind: "retryable", authentication: true, failure: { code: "TEC-02" } });
    const finance = integrationsOf({ ...setup, settings: { ...setup.settings, uses: "finance" } }, proxy.url);
    expect(await send(reserve("N-other", "l1", "BRK", "1"), finance)).toMatchObject({ kind: "rejected", failure: { code: "TEC-05" } });
    expect((await integrations.check("under-test", lease(20_000))).result).toMatchObject({ ok: true, value: { detail: "The warehouse WH of Hartline Electric Supply is readable" } });
  });
});
