import { spawn } from "node:child_process";
import path from "node:path";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";

const root = path.resolve(import.meta.dirname, "../../..");
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const pool = createPool(database.url, { max: 1, of: "screens" });
  pool.on("error", () => undefined);
  await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'One', 'USD', 'UTC'), ('US02', 'Two', 'USD', 'UTC')");
  await pool.query("insert into subject (id, entity, kind, key) values ('US01:order:SO-1', 'US01', 'order', 'SO-1')");
  await pool.end();
});
afterAll(async () => { await database.drop(); });

const tower = (args: readonly string[], { closed = false } = {}) => new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
  const env = { ...process.env, DATABASE_URL: database.url, TOWER_DEMO: "0", LOG_LEVEL: "error", NEXTAUTH_SECRET: "a-secret-for-this-test-alone", TOWER_SECRET_KEY: Buffer.alloc(32, 1).toString("base64") };
  const child = spawn(process.execPath, ["--import", "./scripts/lib/typescript.mjs", path.join(root, "server/cli/main.ts"), ...args], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "", stderr = "";
  if (closed) child.stdout.destroy();
  child.stdout.on("data", (chunk: Buffer) => { stdout += chunk.toString(); });
  child.stderr.on("data", (chunk: Buffer) => { stderr += chunk.toString(); });
  child.on("error", reject);
  child.on("close", (code) => { resolve({ code, stdout, stderr }); });
});

test.each<[string, RegExp]>([
  ["conservation --day 2026-13-45", /'2026-13-45' is invalid\. It is no day/],
  ["conservation --known foo", /'foo' is invalid\. It is no time/],
  ["conservation --entity ZZ99", /^There is no entity ZZ99/],
  ["conservation --order NOPE", /^No order has the number NOPE$/],
  ["conservation --order SO-1 --entity US02", /^No order of US02 has the number SO-1$/],
  ["reconcile --entity ZZ99 --from 2026-03-01 --to 2026-03-31", /^There is no entity ZZ99/],
  ["reconcile --entity US01 --from 2026-03-01 --to 2026-03-32", /'2026-03-32' is invalid\. It is no day/],
  ["reconcile --entity US01 --process stock --from 2026-03-01 --to 2026-03-31", /^There is no process stock: it is documents or receipts/],
  ["reconcile --entity US01 --from 2026-03-01 --to 2026-03-31 --tolerance 1.01", /^1\.01 is above the 1\.00 that the rules write off by themselves/],
  ["close --entity ZZ99 --period 2026-03", /^There is no entity ZZ99/],
  ["close --entity US01 --period 2026-03", /^The ledger of US01 has told no period 2026-03/],
  ["close --entity US01 --period 2026-03 --day 31.03.", /'31\.03\.' is invalid\. It is no day/],
  ["reconcile --entity US01 --from 2026-03-01 --to 2026-03-31 --keep", /^A statement that is kept has a name and a reason/],
  ["replay --order NOPE --json", /^No order has the number NOPE$/],
  ["replay --message abc", /'abc' is invalid\. It is no whole number/],
  ["replay --message 4711", /^No message 4711 is stored$/],
  ["replay --failed --connector nope", /^No connector is called nope/],
  ["replay --failed --accepted", /^Say what, one of:/],
  ["bulk show none", /^There is no bulk action none: tower bulk list names them$/],
  ["bulk abort none", /required option '--reason <text>'/],
  ["generate --orders -1", /'-1' is invalid\. It is no whole number/],
  ["generate --orders abc", /'abc' is invalid\. It is no whole number/],
  ["generate --rate 0", /'0' is invalid\. It is no number above zero/],
  ["postings status --entity ZZ99", /^There is no entity ZZ99/],
  ["postings stop --entity US01", /required option '--as <email>'/],
  ["postings limit --entity US01 --as a@b.example --with c@d.example --reason r", /^Give the password of a@b\.example/],
  ["key create", /required option '--name <name>'/],
  ["key create --name k --expires 2020-01-01T00:00:00Z", /has passed/],
  ["user create --email a@b.example --name A --role god", /'god' is invalid/],
  ["setup --entity US03 --currency USD --zone UTC", /required option '--name <name>'/],
  ["import northwind /nowhere --entity us", /./],
  ["import northwind server/integrations/northwind/fixtures --entity us", /^us is no code for an entity/],
  ["import northwind server/integrations/northwind/fixtures --connector ERP", /^ERP is no name for a source/],
  ["nonsense", /unknown command 'nonsense'/],
  ["key nonsense", /unknown command 'nonsense'\n\(tower key --help lists what there is\)$/],
  ["route nonsense", /too many arguments[^\n]*\n\(tower route --help lists what there is\)$/],
  ["key revoke key_none --reason gone", /^There is no key key_none: tower key list names them$/],
  ["key list --entity ZZ99", /^There is no entity ZZ99/],
])("tower %s is refused in one sentence, with exit code 2", async (line, sentence) => {
  const { code, stdout, stderr } = await tower(line.split(" "));
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.trim()).toMatch(sentence);
  expect(stderr).not.toMatch(/\n {4}at /);
}, 60_000);

test.each(["route list", "terms list", "connector list", "user list", "key list"])("tower %s lists what there is", async (line) => {
  expect(await tower([...line.split(" "), "--json"])).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^\[.*\]\n$/s) as string });
}, 60_000);

test("a reader that has seen enough ends it without a word", async () => {
  const { code, stderr } = await tower(["connector", "types", "--json"], { closed: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}, 60_000);

test("two books without a document have nothing open", async () => {
  const reconciled = await tower(["reconcile", "--entity", "US01", "--from", "2026-03-01", "--to", "2026-03-31", "--json"]);
  expect([reconciled.code, reconciled.stderr, JSON.parse(reconciled.stdout)]).toMatchObject([0, "", { id: null, process: "documents", open: 0, totals: [], excluded: [] }]);
}, 60_000);

test("help is no refusal, and a known order is proved", async () => {
  expect((await tower(["key", "create", "--help"])).code).toBe(0);
  expect(await tower(["completeness", "--entity", "US01"])).toMatchObject({ code: 0, stderr: "", stdout: "0 kinds of document proved, 0 missing, 0 late\n" });
  expect(await tower(["conservation", "--order", "SO-1", "--entity", "US01", "--day", "2026-03-31", "--known", "2026-04-01T00:00:00Z"])).toMatchObject({ code: 0, stderr: "", stdout: "0 proved, 0 drifts, unexplained 0\n" });
}, 60_000);
