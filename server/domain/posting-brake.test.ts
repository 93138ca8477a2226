import { describe, expect, test } from "vitest";
import { commandKinds, type CommandKind } from "./commands";
import { guardAuthor, isPosting, mayResume } from "./posting-brake";
import { mayDo, type RoleGrant } from "./rights";

const grant = (role: RoleGrant["role"], entity = "US01"): RoleGrant => ({ role, entity, holdCodes: [], approveUpTo: null, currency: null });
const kinds = Object.keys(commandKinds) as CommandKind[];

describe("what a stop stops", () => {
  test("all that the ledger is asked for, and money that moves", () => {
    expect(kinds.filter((kind) => commandKinds[kind].capability === "finance" && !isPosting(kind))).toEqual([]);
    expect(kinds.filter((kind) => isPosting(kind) && commandKinds[kind].capability !== "finance")).toEqual(["capture_payment", "refund_payment"]);
  });
  test("neither goods nor tax nor what is told to customers", () => {
    expect(kinds.filter((kind) => isPosting(kind) && ["orders", "warehouse", "tax", "crm"].includes(commandKinds[kind].capability))).toEqual([]);
  });
});

describe("who may", () => {
  test.each([["finance", true], ["ops", false], ["admin", false], ["viewer", false]] as const)("%s: %s", (role, may) => {
    expect([mayDo([grant(role)], "postings.stop", "US01").ok, mayResume({ id: "p", grants: [grant(role)] }, { entity: "US01", stoppedBy: "q" }).ok]).toEqual([may, may]);
  });
  test("in that entity only", () => {
    expect([mayDo([grant("finance", "DE01")], "postings.stop", "US01").ok, mayResume({ id: "p", grants: [grant("finance", "DE01")] }, { entity: "US01", stoppedBy: "q" }).ok]).toEqual([false, false]);
  });
  test("release what somebody else stopped, or the guard", () => {
    const person = { id: "p", grants: [grant("finance")] };
    expect(mayResume(person, { entity: "US01", stoppedBy: "p" })).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(mayResume(person, { entity: "US01", stoppedBy: guardAuthor }).ok).toBe(true);
  });
});
