import { describe, expect, test } from "vitest";
import { contracts } from "./contracts/registry";
import { serviceConfirmed, type ServiceDone, type ServiceLine } from "./service-confirmation";

const line: ServiceLine = { order: "SO-1", line: "1", item: "SVC", method: "service", open: "3.000000", placedAt: "2026-03-02T23:30:00.000Z" };
const said = { shipment: "SO-1-SVC-1", calendar: { zone: "America/New_York" }, now: "2026-03-05T15:00:00.000Z" };
const done = (more: Partial<ServiceDone> = {}, of: Partial<ServiceLine> = {}) => serviceConfirmed({ ...line, ...of }, { quantity: "2", on: "2026-03-05", ...more }, said);
const refusal = (result: ReturnType<typeof done>) => (result.ok ? null : result.error.message);

describe("a service that a person confirms", () => {
  test("is a shipment of services, done now or by the evening of an earlier day, never before its order", () => {
    const result = done();
    expect(result).toMatchObject({ ok: true, value: { shippedAt: said.now, lines: [{ orderLine: "1", quantity: "2", service: true }] } });
    expect(result.ok && contracts["shipment.confirmed"].schema.safeParse(result.value).success).toBe(true);
    expect(done({ on: "2026-03-04" })).toMatchObject({ value: { shippedAt: "2026-03-04T22:00:00.000Z" } });
    expect(done({ on: "2026-03-02" })).toMatchObject({ value: { shippedAt: line.placedAt } });
  });
  test("is no more than is open, of a day that has come, and of a service", () => {
    expect([done({ quantity: "3" }), done({ quantity: "3.5" }), done({ quantity: "0" })].map(refusal)).toEqual([null, "Confirm more than nothing and at most 3, which is what is open", "Confirm more than nothing and at most 3, which is what is open"]);
    expect([done({ on: "2026-03-06" }), done({ on: "2026-03-01" })].map(refusal)).toEqual(["2026-03-06 has not come yet", "The order was placed on 2026-03-02: nothing was done for it before"]);
    expect([done({}, { open: "0" }), done({}, { method: "stock" })].map(refusal)).toEqual(["Nothing of line 1 waits for the order desk", "Line 1 is no service: what leaves for it is the warehouse's or the supplier's to confirm"]);
  });
});
