import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { authOptions, type GroupRules } from "@/server/auth/options";
import { createDirectory, grantTo, readPerson } from "@/server/db/people";
import { createPool } from "@/server/db/pool";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { freePort } from "../process";
import { Browser, serveSignIn } from "./browser";
import { startProvider, type OidcProvider } from "./provider";

let database: TestDatabase, pool: pg.Pool, provider: OidcProvider, base: string, stop: () => Promise<void>;
const rules: GroupRules = { OIDC_GROUPS: [{ group: "O2C Finance US", entity: "US01", role: "finance" }, { group: "everyone", entity: "*", role: "viewer" }], OIDC_WITHOUT_GROUP: "none" };

beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  process.env["NEXTAUTH_URL"] = base;
  [database, provider] = await Promise.all([createTestDatabase(), startProvider(`${base}/api/auth/callback/oidc`)]);
  pool = createPool(database.url, { max: 4, of: "screens" });
  stop = await serveSignIn(port, () => authOptions(createDirectory(pool), { NEXTAUTH_SECRET: "0123456789abcdef0123456789abcdef", OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: provider.clientId, OIDC_CLIENT_SECRET: provider.clientSecret, OIDC_NAME: "Company", ...rules }));
});
afterAll(async () => { await stop(); await provider.stop(); await pool.end(); await database.drop(); });

const rights = async (id: string | null): Promise<string[]> => ((await readPerson(pool, id ?? ""))?.grants ?? []).map(({ entity, role }) => `${entity}:${role}`).sort();
/** A person who signs in anew, in a browser that knows nothing. */
const signIn = (login: string): Promise<{ to: string; userId: string | null }> => new Browser().signIn(base, login);

it("a sign-in by code and PKCE makes the person, with the rights that their groups give", async () => {
  provider.groups.set("alice", ["O2C Finance US", "everyone", "choir"]);
  const { to, userId } = await signIn("alice");
  expect(to).toBe(base);
  expect(provider.challenges).toContain("S256");
  expect(await rights(userId)).toEqual(["*:viewer", "US01:finance"]);
  expect(await readPerson(pool, userId ?? "")).toMatchObject({ name: "alice", email: "alice@company.test" });
});

it("a group that is taken away takes its role with it at the next sign-in; what an administrator gave stays", async () => {
  provider.groups.set("bob", ["O2C Finance US"]);
  const first = await signIn("bob");
  await grantTo(pool, "bob@company.test", { role: "ops", entity: "US01", holdCodes: [], approveUpTo: null, currency: null }, [], []);
  expect(await rights(first.userId)).toEqual(["US01:finance", "US01:ops"]);
  provider.groups.set("bob", []);
  const second = await signIn("bob");
  expect(second.userId).toBe(first.userId);
  expect(await rights(second.userId)).toEqual(["US01:ops"]);
});

it("a code that was used is refused, also with the cookies of the first time, and opens no session", async () => {
  provider.groups.set("carol", ["everyone"]);
  const browser = new Browser(), callback = await browser.toCallback(base, "carol"), thief = browser.copy(), stranger = new Browser();
  expect((await browser.go(callback)).headers.get("location")).toBe(base);
  for (const other of [thief, stranger]) {
    expect((await other.go(callback)).headers.get("location")).toContain("error=");
    expect(await other.session(base)).toBeNull();
  }
});

it.each([["none", true, []], ["viewer", true, ["*:viewer"]], ["refuse", false, []]] as const)("whose groups nobody knows: %s", async (rule, enters, expected) => {
  rules.OIDC_WITHOUT_GROUP = rule;
  const login = `stranger-${rule}`;
  provider.groups.set(login, ["choir"]);
  const { to, userId } = await signIn(login);
  expect(userId !== null).toBe(enters);
  if (!enters) expect(to).toContain("error=");
  expect(await rights(userId)).toEqual(expected);
  expect((await pool.query("select 1 from app_user where email = $1", [`${login}@company.test`])).rowCount).toBe(enters ? 1 : 0);
  rules.OIDC_WITHOUT_GROUP = "none";
});
