import { beforeAll, expect, test, vi } from "vitest";
import { hashPassword, signIn, type UserDirectory } from "./directory";
import { grantsOfGroups, outsiderOf } from "./options";

let hash = "";
beforeAll(async () => { hash = await hashPassword("right"); });
const directory = (over: Partial<{ active: boolean; lockedUntil: string | null }>, log: string[] = []): UserDirectory => ({
  byEmail: (email) => Promise.resolve(email === "a@example.test" ? { id: "u1", name: "A", email, active: true, passwordHash: hash, failedSignIns: 0, lockedUntil: null, ...over } : null),
  signedIn: (id) => { log.push(`in ${id}`); return Promise.resolve(); },
  signInFailed: (address) => { log.push(`failed ${address}`); return Promise.resolve(); },
  fromSingleSignOn: () => Promise.reject(new Error("not here")),
});
const now = "2026-03-11T12:00:00.000Z";

test.each([
  ["the right password", {}, " A@example.test ", "right", { ok: true, user: { id: "u1", name: "A", email: "a@example.test" } }, ["in u1"]],
  ["a wrong password", {}, "a@example.test", "wrong", { ok: false }, ["failed a@example.test"]],
  ["an unknown address", {}, "b@example.test", "right", { ok: false }, ["failed b@example.test"]],
  ["a person who left", { active: false }, "a@example.test", "right", { ok: false }, ["failed a@example.test"]],
  ["a locked account, even with the right password", { lockedUntil: "2026-03-11T12:10:00.000Z" }, "a@example.test", "right", { ok: false }, ["failed a@example.test"]],
  ["a locked account and a wrong password", { lockedUntil: "2026-03-11T12:10:00.000Z" }, "a@example.test", "wrong", { ok: false }, ["failed a@example.test"]],
  ["a lock that is over", { lockedUntil: "2026-03-11T11:59:00.000Z" }, "a@example.test", "right", { ok: true, user: { id: "u1", name: "A", email: "a@example.test" } }, ["in u1"]],
])("sign-in with %s", async (_, over, email, password, expected, expectedLog) => {
  const log: string[] = [];
  expect(await signIn(directory(over, log), email, password, now, () => Promise.resolve())).toEqual(expected);
  expect(log).toEqual(expectedLog);
});

test.each([["a@example.test", "wrong", {}], ["b@example.test", "right", {}], ["a@example.test", "right", { lockedUntil: "2026-03-11T12:10:00.000Z" }]])("no refusal comes before its time: %s", async (email, password, over) => {
  let pass: (() => void) | undefined, answered = false;
  const answer = signIn(directory(over), email, password, now, (ms) => { expect(ms).toBe(600); return new Promise<void>((done) => { pass = done; }); }).finally(() => { answered = true; });
  await vi.waitFor(() => { expect(pass).toBeDefined(); });
  await hashPassword("as long as the check itself");
  await new Promise((done) => { setTimeout(done, 50); });
  expect(answered).toBe(false);
  pass?.();
  expect(await answer).toEqual({ ok: false });
});

test("groups give roles and never a right to approve", () => {
  expect(grantsOfGroups(["ledgerline:US01:finance", "ledgerline:*:viewer", "ledgerline:US01:root", "other", "LEDGERLINE:US01:admin"])).toEqual([
    { role: "finance", entity: "US01", holdCodes: [], approveUpTo: null, currency: null },
    { role: "viewer", entity: "*", holdCodes: [], approveUpTo: null, currency: null },
  ]);
});

test.each([
  ["not verified", { email_verified: false }, null], ["that nobody says is verified", {}, null], ["verified, as a word", { email_verified: "true" }, "idp|7"], ["verified", { email_verified: true }, "idp|7"],
])("an address %s by the provider", (_, claims, subject) => {
  const answer = outsiderOf("idp", { sub: "7", email: " A@Example.test", ...claims });
  expect(answer.ok ? answer.value.subject : null).toBe(subject);
  if (answer.ok) expect(answer.value.email).toBe("a@example.test");
});

test("the configuration maps the provider's own names; what two groups give is given once", () => {
  const mapped = [{ group: "O2C Finance", entity: "US01", role: "finance" as const }, { group: "all", entity: "US01", role: "finance" as const }, { group: "all", entity: "*", role: "viewer" as const }];
  expect(grantsOfGroups(["O2C Finance", "all", "ledgerline:US01:finance", "strangers"], mapped).map(({ role, entity }) => `${entity}:${role}`)).toEqual(["US01:finance", "*:viewer"]);
});

test.each([["none", true, []], ["viewer", true, ["*:viewer"]], ["refuse", false, []]] as const)("who comes with no known group: %s", (rule, ok, grants) => {
  const answer = outsiderOf("idp", { sub: "7", email: "a@example.test", email_verified: true, groups: ["strangers"] }, { OIDC_GROUPS: [], OIDC_WITHOUT_GROUP: rule });
  expect(answer.ok).toBe(ok);
  if (answer.ok) expect(answer.value.grants.map(({ role, entity }) => `${entity}:${role}`)).toEqual(grants);
});
