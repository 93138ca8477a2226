import { describe, expect, test } from "vitest";
import { defaultPolicy, unruledPolicy } from "./default-policy";
import { modeFor, routeFor } from "./policy";
import { checkRouteChange, documentsOf, managedFromOf, mayDecideRoute, withRoute, type RouteChange } from "./route-change";

const change: RouteChange = { document: "*", capability: "finance", connector: "bc", mode: "act", managedFrom: "2026-03-01T00:00:00.000Z" };
const bc = { entity: "US01", capabilities: ["finance"] };

describe("a proposed route", () => {
  test("stands where its connector serves the capability in the entity and a date is given", () => { expect(checkRouteChange(change, "US01", bc).ok).toBe(true); });
  test.each<[string, RouteChange, typeof bc | null, string]>([
    ["a connector that is not there", change, null, "US01 has no connector bc"],
    ["one of another entity", change, { ...bc, entity: "CA01" }, "US01 has no connector bc"],
    ["one that cannot do it", change, { ...bc, capabilities: ["tax"] }, "bc does not serve finance, only tax"],
    ["one that only takes events in", change, { ...bc, capabilities: [] }, "bc does not serve finance: it only takes events in"],
    ["a mode without a date", { ...change, managedFrom: null }, bc, "Mode act needs the date from which documents are managed"],
    ["a document of another capability", { ...change, document: "order" }, bc, "The finance system is asked for invoice, credit, receipt, not for order"],
  ])("is refused with %s", (_, proposed, connector, message) => { expect(checkRouteChange(proposed, "US01", connector)).toMatchObject({ ok: false, error: { code: "ROUTE", message } }); });
  test("to observe needs no date", () => { expect(checkRouteChange({ ...change, mode: "observe", managedFrom: null }, "US01", bc).ok).toBe(true); });
});

describe("the next version of the rules", () => {
  test("has the route, one number more, and everything else as it was", () => {
    const next = withRoute(defaultPolicy, change);
    expect(routeFor(next, "finance", "invoice")).toEqual(change);
    expect([modeFor(next, "finance", "invoice", "2026-02-28T23:59:59.999Z"), modeFor(next, "finance", "invoice", "2026-03-01T00:00:00.000Z"), modeFor(next, "tax", "order", "2026-03-02T00:00:00.000Z")]).toEqual(["observe", "act", "observe"]);
    expect([next.version, next.routes.length, defaultPolicy.routes.length]).toEqual([1, 7, 7]);
  });
  test("lets the new connector inherit what the old one was the system of record of, and nothing else", () => {
    const { systemsOfRecord, formerSystems } = withRoute(defaultPolicy, change);
    expect(systemsOfRecord).toEqual({ ...defaultPolicy.systemsOfRecord, customer: "bc", item: "bc", price: "bc", credit: "bc", periods: "bc", application: "bc", invoice: "bc" });
    expect(formerSystems).toEqual({ finance: ["erp"] });
    expect(withRoute(withRoute(defaultPolicy, change), { ...change, connector: "nav" }).formerSystems).toEqual({ finance: ["erp", "bc"] });
    expect(withRoute(defaultPolicy, { ...change, connector: "erp" }).formerSystems).toBeUndefined();
  });
  test("names systems of record where none were: what is said begins to count", () => {
    expect(withRoute(unruledPolicy, change).systemsOfRecord).toEqual(withRoute(defaultPolicy, change).systemsOfRecord);
  });
  test("with a route for one document leaves the others and the systems of record alone", () => {
    const next = withRoute(defaultPolicy, { ...change, document: "receipt" });
    expect([routeFor(next, "finance", "receipt")?.connector, routeFor(next, "finance", "invoice")?.connector, next.systemsOfRecord["customer"]]).toEqual(["bc", "erp", "erp"]);
  });
});

describe("two persons", () => {
  const proposal = { entity: "US01", proposedBy: "ada" };
  const who = (id: string, role: "admin" | "finance" | "ops", entity = "US01") => ({ id, grants: [{ role, entity, holdCodes: [], approveUpTo: null, currency: null }] });
  test.each([
    ["a second administrator", who("bob", "admin"), "confirm", true], ["finance", who("fay", "finance"), "reject", true], ["its author", who("ada", "admin"), "confirm", false], ["its author", who("ada", "admin"), "reject", false],
    ["its author", who("ada", "admin"), "withdraw", true], ["somebody else", who("bob", "admin"), "withdraw", false], ["operations", who("oz", "ops"), "confirm", false], ["another entity's administrator", who("cy", "admin", "CA01"), "confirm", false],
  ] as const)("%s %o: %s is allowed: %s", (_, person, verdict, allowed) => { expect(mayDecideRoute(person, proposal, verdict).ok).toBe(allowed); });
  test("an account whose password was set since then turns down, and confirms nothing", () => {
    expect((["confirm", "reject"] as const).map((verdict) => mayDecideRoute(who("bob", "admin"), { ...proposal, passwordSince: true }, verdict).ok)).toEqual([false, true]);
  });
});

test.each([["2026-12-01", "2026-12-01T06:00:00.000Z"], ["2026-07-01", "2026-07-01T05:00:00.000Z"], ["2026-12-01T08:00:00Z", "2026-12-01T08:00:00.000Z"], ["2026-12-01T08:00:00-06:00", "2026-12-01T14:00:00.000Z"], ["tomorrow", null], ["2026-13-01", null], ["2026-12-01T08:00", "2026-12-01T14:00:00.000Z"], ["2026-12-01T24:00", null], ["2026-13-01T08:00", null], ["", null]])(
  "%s in Chicago is managed from %s", (text, instant) => { const read = managedFromOf("America/Chicago", text); expect(read.ok ? read.value : null).toBe(instant); });

test("each capability names the documents that it is asked for", () => {
  expect([documentsOf("finance"), documentsOf("tax"), documentsOf("transport")]).toEqual([["invoice", "credit", "receipt"], ["order", "invoice", "credit"], []]);
});
