import { beforeAll, expect, test } from "vitest";
import { hashPassword, signIn, type UserDirectory } from "./directory";
import { grantsOfGroups } from "./options";

let hash = "";
beforeAll(async () => { hash = await hashPassword("right"); });
const directory = (over: Partial<{ active: boolean; lockedUntil: string | null }>, log: string[] = []): UserDirectory => ({
  byEmail: (email) => Promise.resolve(email === "a@example.test" ? { id: "u1", name: "A", email, active: true, passwordHash: hash, failedSignIns: 0, lockedUntil: null, ...over } : null),
  signedIn: (id) => { log.push(`in ${id}`); return Promise.resolve(); },
  signInFailed: (id) => { log.push(`failed ${id}`); return Promise.resolve(); },
  fromSingleSignOn: () => Promise.reject(new Error("not here")),
});
const now = "2026-03-11T12:00:00.000Z";

test.each([
  ["the right password", {}, " A@example.test ", "right", { ok: true, user: { id: "u1", name: "A", email: "a@example.test" } }, ["in u1"]],
  ["a wrong password", {}, "a@example.test", "wrong", { ok: false, reason: "refused" }, ["failed u1"]],
  ["an unknown address", {}, "b@example.test", "right", { ok: false, reason: "refused" }, []],
  ["a person who left", { active: false }, "a@example.test", "right", { ok: false, reason: "refused" }, []],
  ["a locked account, even with the right password", { lockedUntil: "2026-03-11T12:10:00.000Z" }, "a@example.test", "right", { ok: false, reason: "locked" }, []],
  ["a lock that is over", { lockedUntil: "2026-03-11T11:59:00.000Z" }, "a@example.test", "right", { ok: true, user: { id: "u1", name: "A", email: "a@example.test" } }, ["in u1"]],
])("sign-in with %s", async (_, over, email, password, expected, expectedLog) => {
  const log: string[] = [];
  expect(await signIn(directory(over, log), email, password, now)).toEqual(expected);
  expect(log).toEqual(expectedLog);
});

test("groups give roles and never a right to approve", () => {
  expect(grantsOfGroups(["ledgerline:US01:finance", "ledgerline:*:viewer", "ledgerline:US01:root", "other", "LEDGERLINE:US01:admin"])).toEqual([
    { role: "finance", entity: "US01", holdCodes: [], approveUpTo: null, currency: null },
    { role: "viewer", entity: "*", holdCodes: [], approveUpTo: null, currency: null },
  ]);
});
