import { expect, test } from "vitest";
import { connectorTypes } from "@/server/integrations/registry";
import { describeConnectors } from "@/server/integrations/describe";
import { grant, person } from "@/server/testing/memory/people";
import { createCaller } from "../../trpc";
import { connectorsRouter } from ".";

const row = { id: "drop", type: "sftp-drop", entity: "US01", state: "active", breaker: "closed" };
/** One connector of US01, for who may see that entity. */
const query = { rows: <T>(_sql: string, [entities]: readonly unknown[] = []): Promise<T[]> => Promise.resolve(Array.isArray(entities) && !entities.includes("US01") ? [] : [row as T]) };
const services = { query, connectors: describeConnectors({} as never, connectorTypes, () => Promise.resolve([])) };
const callOf = (role: "admin" | "finance", entity: string) => createCaller(connectorsRouter)({ services: services as never, person: person("olga", grant({ role, entity })), chosenEntity: null });
const mapping = {
  files: "S*.csv", document: "shipment",
  fields: { shipment: { column: "S" }, warehouse: { constant: "DC1" }, shippedAt: { column: "At" }, shipmentLine: { column: "L" }, order: { column: "O" }, orderLine: { column: "L" }, item: { column: "I" }, quantity: { column: "Q" } },
};
const asked = { id: "drop", mapping, text: "S,At,L,O,I,Q\nS1,2026-11-24,1,O1,IT-1,2\nS2,2026-11-31,1,O1,IT-1,2\n" };

test("who may set up the connector sees what the rows of a sample become", async () => {
  const { refused, documents } = await callOf("admin", "US01").tryMapping(asked);
  expect(refused).toBeNull();
  expect(documents).toMatchObject([{ rows: [2], key: "S1", event: { type: "shipment.confirmed" }, errors: [] }, { rows: [3], key: "S2", event: null, errors: [{ row: 3, column: "At" }] }]);
  await expect(callOf("admin", "US01").tryMapping({ ...asked, mapping: { ...mapping, fields: {} } })).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("fields.shipment: is needed") as string });
});

test("nobody else does, and a sample is bounded at the door", async () => {
  await expect(callOf("finance", "US01").tryMapping(asked)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(callOf("admin", "DE01").tryMapping(asked)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(callOf("admin", "US01").tryMapping({ ...asked, text: "x".repeat(1_000_001) })).rejects.toMatchObject({ code: "BAD_REQUEST" });
});
