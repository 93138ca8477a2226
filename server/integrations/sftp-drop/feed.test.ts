import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { secrets, settings, type DropSession } from "./config";
import { step } from "./feed";
import { filesOf } from "./testing/folder";

const column = (name: string) => ({ column: name });
const drop = {
  files: "ORD*.csv", document: "order", delimiter: ";", decimal: ",", dates: "dd.MM.yyyy",
  fields: { number: column("No"), channel: { constant: "edi" }, placed: column("Date"), sellTo: column("Customer"), country: { constant: "DE" }, currency: { constant: "EUR" }, terms: { constant: "N30" }, line: column("Pos"), item: column("Item"), quantity: column("Qty"), unit: column("Unit"), price: column("Price") },
};
const head = "No;Date;Customer;Pos;Item;Qty;Unit;Price\r\n", row = (number: string): string => `${number};24.11.2026;K-7;1;IT-1;2;EA;18,75\r\n`;

let root: string, now: number;
beforeEach(() => { root = mkdtempSync(path.join(tmpdir(), "drop-")); now = Date.parse("2026-11-24T08:00:00Z"); for (const folder of ["inbox", "work", "archive", "error"]) mkdirSync(path.join(root, folder)); });
afterEach(() => { rmSync(root, { recursive: true }); });
const at = (...parts: string[]): string => path.join(root, ...parts);

/** Steps until nothing is left to do: the orders that were told, each as of a file of this digest. */
async function taken(documentsPerRead: number, onRead: (path: string, reading: number) => void, onTaken: (times: number) => void = () => undefined): Promise<{ order: string; digest: string }[]> {
  const session = { settings: settings.parse({ host: "drop.example", hostKey: `SHA256:${"A".repeat(43)}`, username: "tower", documentsPerRead, drops: [drop] }), secrets: secrets.parse({ privateKey: "-" }), now: () => new Date(now).toISOString() } as DropSession;
  let cursor: Parameters<typeof step>[2] = { looks: {}, reading: null, done: null, seen: [] }, readings = 0, ends = 0;
  const told: { order: string; digest: string }[] = [], files = filesOf(root, (file) => { readings += 1; onRead(file, readings); });
  for (let turn = 0; turn < 60 && (turn < 3 || readdirSync(at("archive")).length + readdirSync(at("error")).length === 0); turn += 1) {
    const done = await step(session, files, cursor, false);
    for (const { sourceMessageId, body } of done.messages) if (sourceMessageId.startsWith("rows/")) told.push({ order: new TextDecoder().decode(body).split("\r\n")[1]?.split(";")[0] ?? "", digest: sourceMessageId.split("/")[1] ?? "" });
    if (done.cursor.done && !cursor.done) onTaken(ends += 1);
    ({ cursor } = done);
    now += 11_000;
  }
  return told;
}

// a file is read through in two readings, and each page is taken in two
test("a file that is still written to after it was read through is read again before it is taken", async () => {
  writeFileSync(at("inbox", "ORD1.csv"), head + row("A1"));
  const told = await taken(10, (file, reading) => { if (reading === 3) appendFileSync(at(file), row("A2") + "A3;24.11.2026;K-7;1;\"cut o"); });
  expect([told, readdirSync(at("archive")), readdirSync(at("error")).filter((name) => name.endsWith(".csv"))]).toEqual([[], [], [expect.stringContaining("ORD1.csv")]]);
});
test("what is written to it while it is taken page by page is taken as of the file that has it", async () => {
  writeFileSync(at("inbox", "ORD1.csv"), head + row("A1") + row("A2") + row("A3"));
  const told = await taken(1, (file, reading) => { if (reading === 5) appendFileSync(at(file), row("A4")); });
  const [name = ""] = readdirSync(at("archive")), digest = createHash("sha256").update(readFileSync(at("archive", name))).digest("hex");
  expect(told.filter((one) => one.digest === digest).map(({ order }) => order)).toEqual(["A1", "A2", "A3", "A4"]);
  expect(told.filter((one) => one.digest !== digest).map(({ order }) => order)).toEqual(["A1"]);
});
test("what is written to it after its last row was taken is taken before it is archived", async () => {
  const text = head + row("A1");
  writeFileSync(at("inbox", "ORD1.csv"), text);
  const told = await taken(10, () => undefined, (done) => { if (done === 1) for (const name of readdirSync(at("work"))) appendFileSync(at("work", name), row("A2")); });
  expect(told.map(({ order }) => order)).toEqual(["A1", "A1", "A2"]);
});
