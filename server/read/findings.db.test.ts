import { afterAll, beforeAll, expect, it } from "vitest";
import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { createQuery } from "@/server/db/query";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { findingGroups, findingOrders, observedFigures } from "./findings";
import { orderPage, type OrderFilter } from "./order-list";
import type { Query } from "./query";

let database: TestDatabase, pool: pg.Pool, query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2, of: "screens" });
  query = createQuery(pool);
  const order = (entity: string, key: string, tracks: object, facets: string) => pool.query("insert into subject (id, entity, kind, key, placed_at, tracks, facets, currency) values ($1, $2, 'order', $3, now() - interval '1 day', $4, $5, 'USD')", [`${entity}:order:${key}`, entity, key, tracks, facets]);
  const billed = { commercial: "complete", fulfilment: "shipped", billing: "invoiced", cash: "paid" };
  await order("NW01", "1", billed, "{managed_elsewhere,prepaid}");
  await order("NW01", "2", { ...billed, cash: "none" }, "{managed_elsewhere}");
  await order("NW01", "3", { commercial: "accepted", fulfilment: "not_started", billing: "nothing_to_bill", cash: "none" }, "{managed_elsewhere,exception}");
  await order("US01", "4", billed, "{managed_elsewhere}");
  await order("US01", "5", { ...billed, cash: "none" }, "{}");
  const tell = (subject: string, code: string, message: string, amount: string | null = null, currency = "USD") => pool.query("insert into finding (subject_id, code, message, amount, currency) values ($1, $2, $3, $4, $5)", [subject, code, message, amount, amount === null ? null : currency]);
  await tell("NW01:order:1", "FND-03", "Invoice carries no amounts");
  await tell("NW01:order:1", "FND-03", "Freight 9.50", "9.50");
  await tell("NW01:order:2", "FND-03", "Invoice carries no amounts");
  await tell("NW01:order:2", "FND-04", "Terms unknown");
  await tell("US01:order:4", "FND-03", "Freight 100", "100", "USD");
});
afterAll(async () => { await pool.end(); await database.drop(); });

const listed = async (filter: Omit<OrderFilter, "stage" | "limit">): Promise<string[]> => (await orderPage(query, null, { stage: "all", limit: 50, ...filter })).items.map(({ number }) => number).sort();

it("findings are one group for each code and entity; what names no money is absent, not zero", async () => {
  const groups = (await findingGroups(query, null)).map(({ money, ...group }) => ({ ...group, money: money.map(({ currency, amount }) => `${currency} ${Number(amount)}`) }));
  expect(groups).toEqual([
    { code: "FND-03", entity: "NW01", orders: 2, ordersWithMoney: 1, money: ["USD 9.5"] },
    { code: "FND-03", entity: "US01", orders: 1, ordersWithMoney: 1, money: ["USD 100"] },
    { code: "FND-04", entity: "NW01", orders: 1, ordersWithMoney: 0, money: [] },
  ]);
  expect(await findingGroups(query, ["US01"])).toHaveLength(1);
});

it("every number of a group leads to a list of as many orders", async () => {
  expect((await findingOrders(query, { code: "FND-03", entity: "NW01" })).map(({ number, amount, messages }) => [number, amount === null ? null : Number(amount), messages.length])).toEqual([["1", 9.5, 2], ["2", null, 1]]);
  expect(await listed({ finding: "FND-03", entity: "NW01" })).toEqual(["1", "2"]);
  expect(await listed({ finding: "FND-03:money", entity: "NW01" })).toEqual(["1"]);
  expect(await listed({ finding: "FND-03" })).toEqual(["1", "2", "4"]);
});

it("figures of what is only watched and their lists count the same orders", async () => {
  expect(await observedFigures(query, null)).toEqual({ orders: 4, exceptions: 1, open: 1, unpaid: 1, prepaid: 1 });
  const watched = (having: string) => listed({ having: `facet:managed_elsewhere${having}` });
  expect(await Promise.all([watched(""), watched(",facet:exception"), watched(",commercial:accepted,billing:nothing_to_bill"), watched(",fulfilment:shipped,billing:invoiced,cash:none"), watched(",facet:prepaid")]))
    .toEqual([["1", "2", "3", "4"], ["3"], ["3"], ["2"], ["1"]]);
});
