import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";

interface Entry { orderId: string; attempts: number; dueAt: number }
interface Told { name: string; message: { type: string } }
const require = createRequire(import.meta.url), plugins = ["vendure/ledgerline-vendure", "medusa/ledgerline-medusa"];
type TellAll = (push: { outbox: object; compose: (orderId: string) => Promise<Told | null>; options: object; warn: (text: string) => void; isStopped: () => boolean }) => Promise<void>;
const { tellAll } = require(`./${plugins[0]}/push.js`) as { tellAll: TellAll };
const { versionOf } = require("./vendure/ledgerline-vendure/snapshot.js") as { versionOf: (history: { totalItems: number }, payments: { refunds: object[] }[]) => number };

/** One round of a plugin whose outbox holds an entry of each of these orders, before a tower that answers so. */
async function round(orders: readonly string[], compose: (orderId: string) => Promise<Told | null>, answer: (id: string) => number) {
  const entries = orders.map((orderId): Entry => ({ orderId, attempts: 0, dueAt: 0 })), told: string[] = [], warnings: string[] = [];
  const tower = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => { body += chunk.toString("utf8"); }).on("end", () => { const { id } = JSON.parse(body) as { id: string }; told.push(id.slice(0, id.indexOf(":"))); response.writeHead(answer(id)).end(); });
  });
  await new Promise<void>((done) => { tower.listen(0, "127.0.0.1", done); });
  const of = (orderId: string): Entry[] => entries.filter((entry) => entry.orderId === orderId);
  const outbox = {
    due: () => Promise.resolve([...new Set(entries.filter(({ dueAt }) => dueAt === 0).map(({ orderId }) => orderId))]), of: (orderId: string) => Promise.resolve(of(orderId)),
    done: (some: Entry[]) => { for (const entry of some) entries.splice(entries.indexOf(entry), 1); return Promise.resolve(); },
    putOff: (some: Entry[], attempts: number, dueAt: number) => { for (const entry of some) Object.assign(entry, { attempts, dueAt }); return Promise.resolve(); },
  };
  const options = { url: `http://127.0.0.1:${(tower.address() as AddressInfo).port}`, connector: "shop", secret: "s", timeoutMs: 2000, firstRetryMs: 1000, longestRetryMs: 60_000 };
  await tellAll({ outbox, compose, options, warn: (text) => { warnings.push(text); }, isStopped: () => false });
  await new Promise((done) => { tower.close(done); });
  return { told, warnings, left: entries.map(({ orderId, attempts, dueAt }) => [orderId, attempts, dueAt > 0]) };
}
const order = (orderId: string): Promise<Told> => Promise.resolve({ name: orderId, message: { type: "order.snapshot" } });

test("an order that cannot be read is put off and holds nobody else up", async () => {
  const { told, left, warnings } = await round(["A", "B", "C"], (orderId) => (orderId === "A" ? Promise.reject(new TypeError("Cannot read properties of undefined")) : order(orderId)), () => 200);
  expect([told, left, warnings]).toEqual([["B", "C"], [["A", 1, true]], [expect.stringContaining("Order A could not be told (try 1): it cannot be read")]]);
});
test("an order that the tower refuses is put off; a tower that is away ends the round, and nothing is lost", async () => {
  expect(await round(["A", "B"], order, (id) => (id.startsWith("A") ? 422 : 200))).toMatchObject({ told: ["A", "B"], left: [["A", 1, true]] });
  expect(await round(["A", "B"], order, () => 503)).toMatchObject({ told: ["A"], left: [["A", 1, true], ["B", 0, false]] });
});
test("of what there is nothing to tell, nothing stays", async () => {
  expect(await round(["A", "B"], (orderId) => (orderId === "A" ? Promise.resolve(null) : order(orderId)), () => 200)).toMatchObject({ told: ["B"], left: [] });
});
test("the plugins push alike", () => {
  const [first, ...others] = plugins.map((plugin) => readFileSync(new URL(`${plugin}/push.js`, import.meta.url), "utf8"));
  for (const other of others) expect(other).toBe(first);
});
test("a history longer than what is told of it is a later version with each entry", () => {
  expect([1000, 1001, 1002].map((totalItems) => versionOf({ totalItems }, [{ refunds: [{}] }, { refunds: [] }]))).toEqual([1001, 1002, 1003]);
});
