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
const reserve = (order: string, line: string, item: string, quantity: string, revision = 1) =>
  command("request_allocation", { kind: "order", key: order }, { order, line, revision, item, quantity, warehouse: "COL", neededOn: null }, { naturalKey: `request_allocation|US01:order:${order}|${line}|${revision}`, sequence: revision });
const shipTo = { name: "Abbott, gate 4", line1: "7 Mill Road", city: "Dayton", postalCode: "45403", state: "OH", country: "US" };
const release = (order: string, lines: readonly (readonly [string, string, string])[], number = 1) => command("release_to_warehouse", { kind: "order", key: order }, {
  reference: `${order}-R${number}`, order, request: `${order}-R${number}`, warehouse: "COL", customer: "D1", shipTo, carrier: null, shipOn: null, purchaseOrder: null,
  lines: lines.map(([line, item, quantity]) => ({ line, item, quantity, substitutionAllowed: false, component: null })),
}, { naturalKey: `release_to_warehouse|US01:order:${order}|${order}-R${number}|1` });
const numberOf = (outcome: Awaited<ReturnType<typeof send>>): string => { expect(outcome).toMatchObject({ kind: "confirmed" }); return outcome.kind === "confirmed" ? outcome.reference : ""; };

const idOf = async (number: string): Promise<number> => (await database.sql<{ id: number }>("select id from stock_shipment_out where number = $1", [number]))[0]?.id ?? 0;
const stateOf = async (number: string): Promise<string | undefined> => (await database.sql<{ state: string }>("select state from stock_shipment_out where number = $1", [number]))[0]?.state;
const press = async (number: string, ...buttons: readonly string[]): Promise<void> => { for (const button of buttons) await picker.call(`model.stock.shipment.out.${button}`, [await idOf(number)]); };
/** Kept for somebody, by item. */
const kept = async (code: string): Promise<number> => Number((await database.sql<{ kept: number }>("select coalesce(sum(m.internal_quantity), 0) as kept from stock_move m join product_product p on p.id = m.product where p.code = $1 and m.state = 'assigned'", [code]))[0]?.kept);

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
