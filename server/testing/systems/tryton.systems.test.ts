import { afterAll, beforeAll, expect, test } from "vitest";
import { createTrytonDatabase, type TrytonDatabase } from "./tryton-database";

let tryton: TrytonDatabase;
beforeAll(async () => { tryton = await createTrytonDatabase(); });
afterAll(() => tryton.drop());

test("each test file has a company of its own, with an empty ledger", async () => {
  expect(await tryton.sql("select code from party_party where code like 'C%' order by code")).toEqual([{ code: "C1001" }, { code: "C1002" }, { code: "C1003" }]);
  expect(await tryton.sql("select id from account_move")).toEqual([]);
});
