import { describe, expect, test } from "vitest";
import { defaultPolicy } from "./default-policy";
import { checkEntity, firstPolicy, type NewEntity } from "./entity";

const entity: NewEntity = { code: "US01", name: "Hartline", currency: "USD", zone: "America/Chicago", opens: 480, closes: 1020, holidays: ["2026-12-25"] };

describe("a new entity", () => {
  test("is taken as it is", () => { expect(checkEntity(entity)).toEqual({ ok: true, value: true }); });
  test.each<[Partial<NewEntity>, string]>([
    [{ code: "us 1" }, "code"], [{ name: " " }, "name"], [{ currency: "DOLLAR" }, "currency"], [{ zone: "Chicago" }, "zone"], [{ zone: "" }, "zone"], [{ opens: 1020, closes: 480 }, "hours"], [{ closes: 1500 }, "hours"], [{ opens: Number.NaN }, "hours"], [{ holidays: ["2026-02-30"] }, "holidays"],
  ])("%o is refused at its place", (over, at) => { expect(checkEntity({ ...entity, ...over })).toMatchObject({ ok: false, error: { code: "ENTITY", at } }); });
  test("begins with rules that only observe, in its own currency and hours", () => {
    const policy = firstPolicy(entity);
    expect(policy).toMatchObject({ version: 1, entity: "US01", currency: "USD", calendar: { zone: "America/Chicago", opens: 480, closes: 1020, holidays: ["2026-12-25"] } });
    expect(policy.routes.every(({ mode, managedFrom }) => mode === "observe" && managedFrom === null)).toBe(true);
    expect([policy.routes.find(({ capability }) => capability === "orders")?.connector, policy.systemsOfRecord]).toEqual(["api", { ...defaultPolicy.systemsOfRecord, order: "api" }]);
  });
});
