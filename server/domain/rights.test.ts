import { describe, expect, test } from "vitest";
import { mayDecide, mayDo, unsound, type RoleGrant } from "./rights";

const grant = (over: Partial<RoleGrant>): RoleGrant => ({ role: "finance", entity: "US01", holdCodes: [], approveUpTo: null, currency: "USD", ...over });
const hold = { entity: "US01", rule: "AMOUNT_LIMIT", amount: "48309.81", currency: "USD", preparedBy: null };

describe("deciding a hold", () => {
  test("needs the code, the amount and the entity in one grant", () => {
    const person = { id: "p1", grants: [grant({ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "100000" })] };
    expect(mayDecide(person, hold).ok).toBe(true);
    expect(mayDecide(person, { ...hold, rule: "TAX_VARIANCE" }).ok).toBe(false);
    expect(mayDecide(person, { ...hold, amount: "100000.01" }).ok).toBe(false);
    expect(mayDecide(person, { ...hold, entity: "US02" }).ok).toBe(false);
    expect(mayDecide(person, { ...hold, currency: "EUR" }).ok).toBe(false);
    expect(mayDecide(person, { ...hold, amount: "0", currency: null }).ok).toBe(true);
  });
  test("whoever prepared it may not", () => {
    expect(mayDecide({ id: "p1", grants: [grant({ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "100000" })] }, { ...hold, preparedBy: "p1" }).ok).toBe(false);
  });
  test("an administrator decides nothing by that role", () => {
    expect(mayDecide({ id: "p1", grants: [grant({ role: "admin", entity: "*", holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "999999999" })] }, hold).ok).toBe(false);
  });
});

describe("permissions", () => {
  test.each([
    ["viewer", "exception.retry", false], ["ops", "exception.retry", true], ["admin", "exception.retry", false],
    ["ops", "connector.manage", false], ["admin", "connector.manage", true], ["viewer", "read", true], ["viewer", "payload.read", false],
  ] as const)("%s and %s: %s", (role, permission, allowed) => {
    expect(mayDo([grant({ role })], permission, "US01").ok).toBe(allowed);
  });
  test("a right in one entity is none in another", () => {
    expect(mayDo([grant({ role: "ops" })], "exception.retry", "US02").ok).toBe(false);
    expect(mayDo([grant({ role: "ops", entity: "*" })], "exception.retry", "US02").ok).toBe(true);
  });
});

describe("a grant to be given", () => {
  test.each([
    [{ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "500.50" }, true], [{ role: "viewer" as const }, true], [{ holdCodes: ["MODE"], approveUpTo: "1" }, true], [{ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "-5" }, false],
    [{ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "0" }, false], [{ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "much" }, false], [{ holdCodes: ["AMOUNT_LIMIT"] }, false], [{ approveUpTo: "5" }, false], [{ entity: "us" }, false], [{ entity: "*" }, true],
    [{ role: "admin" as const, holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "5" }, false], [{ role: "viewer" as const, holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "5" }, false], [{ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "5", currency: "dollars" }, false],
  ])("%j is sound: %s", (over, sound) => { expect(unsound(grant(over)) === null).toBe(sound); });
  test("each limit is of its own codes", () => {
    const person = { id: "p1", grants: [grant({ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "100000" }), grant({ holdCodes: ["CREDIT_APPROVAL"], approveUpTo: "1000" })] };
    expect([mayDecide(person, hold).ok, mayDecide(person, { ...hold, rule: "CREDIT_APPROVAL" }).ok, mayDecide(person, { ...hold, rule: "CREDIT_APPROVAL", amount: "1000" }).ok]).toEqual([true, false, true]);
  });
  test("what was placed by hand is released by who placed it, or by who leads that person's team", () => {
    const placed = { ...hold, rule: "MANUAL", preparedBy: "p1", preparedIn: ["order_desk"] };
    const [own, other] = [{ id: "p1", grants: [grant({})] }, { id: "p2", grants: [grant({ holdCodes: ["MANUAL"], approveUpTo: "1000000" })] }];
    expect([mayDecide(own, placed).ok, mayDecide(other, placed).ok, mayDecide({ ...other, leads: ["order_desk"] }, placed).ok, mayDecide({ ...other, leads: ["credit"] }, placed).ok]).toEqual([true, false, true, false]);
  });
});
