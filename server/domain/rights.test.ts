import { describe, expect, test } from "vitest";
import { mayDecide, mayDo, type RoleGrant } from "./rights";

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
