import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { drop as dropSchema, type Drop } from "@/server/integrations/sftp-drop/mapping-schema";
import { sftpDrop } from "@/server/integrations/sftp-drop";
import { createIntegrations } from "@/server/integrations/runtime";
import type { SourceMessage } from "@/server/integrations/contract/connector";
import { startSshd, type Sshd } from "./sshd";

const column = (name: string) => ({ column: name });
const orders: Drop = dropSchema.parse({
  files: "ORD*.csv", document: "order", delimiter: ";", decimal: ",", thousands: ".", dates: "dd.MM.yyyy",
  fields: {
    number: column("No"), channel: { constant: "edi" }, placed: column("Date"), sellTo: column("Customer"), name: column("Name"), country: { constant: "DE" }, currency: { constant: "EUR" }, terms: { constant: "N30" },
    line: column("Pos"), item: column("Item"), quantity: column("Qty"), unit: { column: "Unit", values: { ST: "EA", KT: "BX" } }, price: column("Price"),
  },
});
const head = "No;Date;Customer;Name;Pos;Item;Qty;Unit;Price\r\n";
const order = (number: number, lines = 2, name = "Müller & Söhne"): string => Array.from({ length: lines }, (_, index) => `A${number};24.11.2026;K-7;"${name}";${index + 1};IT-${index};1.200,5;ST;18,75\r\n`).join("");
const file = (from: number, count: number): string => head + Array.from({ length: count }, (_, index) => order(from + index)).join("");

let sshd: Sshd;
beforeAll(async () => { sshd = await startSshd(); });
afterAll(async () => { await sshd.close(); });
const at = (...parts: string[]): string => path.join(sshd.root, ...parts);
beforeEach(() => { for (const name of ["inbox", "work", "archive", "error"]) rmSync(at(name), { recursive: true, force: true }); mkdirSync(at("inbox")); });
const listed = (folder: string): string[] => (existsSync(at(folder)) ? readdirSync(at(folder)).sort() : []);

/** The tower's side of a feed: messages by identity for ever, a cursor that moves after them, and a clock of the test's own. */
function tower(more: { port?: number; settings?: object; privateKey?: string; drops?: Drop[] } = {}) {
  let now = Date.parse("2026-11-24T08:00:00Z"), cursor: unknown = null;
  const kept = new Map<string, SourceMessage & { digest: string; times: number }>(), conflicts: string[] = [];
  const row = {
    id: "drop", type: "sftp-drop", name: "", entity: "US01", state: "active" as const, concurrency: null, perMinute: null,
    settings: { host: "127.0.0.1", port: more.port ?? sshd.port, allowPrivateNetwork: true, hostKey: sshd.hostKey, username: sshd.username, documentsPerRead: 3, quietSeconds: 10, drops: more.drops ?? [orders], ...more.settings }, secrets: { privateKey: more.privateKey ?? sshd.privateKey },
  };
  const integrations = createIntegrations({ loadConnectors: () => Promise.resolve([row]), resolveCode: () => ({ ok: false, error: { code: "MAP-04", message: "" } }), renewCodes: () => Promise.resolve(), baseUnit: () => ({ ok: false, error: { code: "MAP-04", message: "" } }), clock: { now: () => new Date(now).toISOString() } }, { types: new Map([[sftpDrop.type, sftpDrop]]), refreshMs: 0 });
  const store = (messages: readonly SourceMessage[]): void => {
    for (const message of messages) {
      const digest = createHash("sha256").update(message.body).digest("hex"), before = kept.get(message.sourceMessageId);
      if (before && before.digest !== digest) conflicts.push(message.sourceMessageId);
      kept.set(message.sourceMessageId, before ? { ...before, times: before.times + 1 } : { ...message, digest, times: 1 });
    }
  };
  const page = (signal: AbortSignal) => integrations.readFeed("drop", "files", cursor, signal);
  /** A turn of one page. */
  const read = async () => { const turn = new AbortController(); try { return await page(AbortSignal.any([turn.signal, AbortSignal.timeout(120_000)])); } finally { turn.abort(); } };
  return {
    kept, conflicts, read, wait: (seconds: number) => { now += seconds * 1000; }, check: () => integrations.check("drop", AbortSignal.timeout(10_000)),
    /** One call of the feed; `dies` says before which of the two commits the worker is killed. */
    async step(dies: "never" | "before store" | "before move" = "never"): Promise<"more" | "rest" | "failed"> {
      const { reading } = await read();
      if (!reading.ok) return "failed";
      const next: unknown = JSON.parse(JSON.stringify(reading.value.cursor));
      if (dies === "before store") return "more";
      store(reading.value.messages);
      if (dies === "never") cursor = next;
      return reading.value.more || dies !== "never" ? "more" : "rest";
    },
    /** One turn: pages until there are no more, or one is not answered. */
    async turn(): Promise<void> {
      const turn = new AbortController();
      for (let more = true; more;) {
        const { reading } = await page(turn.signal);
        if (reading.ok) { store(reading.value.messages); ({ cursor } = reading.value); }
        ({ more } = reading.ok ? reading.value : { more: false });
      }
      turn.abort();
    },
    async settle(): Promise<void> {
      for (let round = 0; round < 2; round += 1) { while ((await this.step()) === "more"); now += 11_000; }
      while ((await this.step()) === "more");
    },
    /** What the stored messages say, in their order. */
    async said() {
      const events: { type: string; data: unknown }[] = [], failures: string[] = [], notes: string[] = [];
      for (const message of kept.values()) {
        const answer = await integrations.translate({ connector: "drop", entity: "US01", sourceMessageId: message.sourceMessageId, correlationId: "c", receivedAt: new Date(now).toISOString(), contentType: message.contentType, body: message.body });
        if (!answer.ok) failures.push(`${answer.error.code} ${answer.error.message}`);
        else if (answer.value.events.length === 0) notes.push(answer.value.excluded ?? "");
        else events.push(...answer.value.events.map(({ type, data }) => ({ type, data })));
      }
      return { events, failures, notes };
    },
  };
}
const numbers = (events: readonly { data: unknown }[]): string[] => events.map(({ data }) => (data as { number: string }).number);

describe("a drop on a real SFTP server", () => {
  test("takes a file once it is quiet, each order as an event, and archives it", async () => {
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 8));
    const own = tower();
    await own.settle();
    const { events, failures, notes } = await own.said();
    expect(failures).toEqual([]);
    expect(numbers(events)).toEqual(["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"]);
    expect(events[0]).toMatchObject({ type: "order.captured", data: { placed: "2026-11-24T00:00:00.000Z", shipToAddress: { name: "Müller & Söhne" }, lines: [{ quantity: "1200.5", unit: "EA", price: "18.75" }, { line: "2" }] } });
    expect(notes).toEqual(["File ORD-1.csv was taken: 16 rows, 8 documents"]);
    expect([listed("inbox"), listed("work"), listed("error")]).toEqual([[], [], []]);
    expect(readFileSync(at("archive", listed("archive")[0] ?? ""), "utf8")).toBe(file(1, 8));
  });

  test("takes everything once, whenever the worker is killed between reading, storing, moving on and archiving", async () => {
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 10));
    const own = tower();
    await own.step();
    own.wait(11);
    let turn = 0;
    for (let end = false; !end && turn < 60; turn += 1) end = (await own.step((["before store", "before move", "never"] as const)[turn % 3])) === "rest";
    expect(own.conflicts).toEqual([]);
    expect(numbers((await own.said()).events)).toEqual(Array.from({ length: 10 }, (_, index) => `A${index + 1}`));
    expect([listed("inbox"), listed("work"), listed("archive").length]).toEqual([[], [], 1]);
  });

  test("never takes a file that still grows, nor one with an ending of unfinished ones", async () => {
    const own = tower();
    writeFileSync(at("inbox", "ORD-2.csv.part"), file(1, 1));
    writeFileSync(at("inbox", ".ORD-3.csv"), file(1, 1));
    for (let size = 1; size < 5; size += 1) {
      writeFileSync(at("inbox", "ORD-1.csv"), file(1, size).slice(0, -5));
      own.wait(6);
      expect(await own.step()).toBe("rest");
    }
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 5));
    await own.settle();
    expect(numbers((await own.said()).events)).toHaveLength(5);
    expect(listed("inbox")).toEqual([".ORD-3.csv", "ORD-2.csv.part"]);
  });

  test("with a done marker nothing is taken without it, and it goes with its file", async () => {
    const own = tower({ settings: { doneMarker: ".done" } });
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 1));
    await own.settle();
    expect(own.kept.size).toBe(0);
    writeFileSync(at("inbox", "ORD-1.csv.done"), "");
    await own.settle();
    expect(numbers((await own.said()).events)).toEqual(["A1"]);
    expect(listed("inbox")).toEqual([]);
  });

  test("a connection that is cut at any byte costs nothing but time", async () => {
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 40));
    let left = Infinity;
    const proxy = createServer((client) => {
      const upstream = connect(sshd.port, "127.0.0.1");
      let passed = 0;
      const limit = left;
      const end = (): void => { client.destroy(); upstream.destroy(); };
      upstream.on("data", (chunk: Buffer) => { passed += chunk.length; if (passed > limit) end(); else client.write(chunk); }).on("error", end).on("close", end);
      client.on("data", (chunk: Buffer) => { upstream.write(chunk); }).on("error", end).on("close", end);
    });
    await new Promise<void>((done) => { proxy.listen(0, "127.0.0.1", done); });
    const own = tower({ port: (proxy.address() as AddressInfo).port, settings: { documentsPerRead: 10 } });
    const outcomes: string[] = [];
    for (let turn = 0; turn < 40; turn += 1) {
      left = turn % 2 === 0 ? 1_000 + turn * 211 : Infinity;
      outcomes.push(await own.step());
      own.wait(6);
    }
    proxy.close();
    expect(outcomes.filter((outcome) => outcome === "failed").length).toBeGreaterThan(5);
    expect(own.conflicts).toEqual([]);
    expect(numbers((await own.said()).events)).toHaveLength(40);
    expect([listed("inbox"), listed("work"), listed("archive").length]).toEqual([[], [], 1]);
  });

  test("one connection serves a whole turn and ends with it", async () => {
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 8));
    const open = new Set<object>();
    let connections = 0;
    const proxy = createServer((client) => {
      const upstream = connect(sshd.port, "127.0.0.1");
      open.add(client); connections += 1;
      client.on("error", () => undefined).on("close", () => { open.delete(client); upstream.destroy(); }).pipe(upstream);
      upstream.on("error", () => undefined).on("close", () => { client.destroy(); }).pipe(client);
    });
    await new Promise<void>((done) => { proxy.listen(0, "127.0.0.1", done); });
    const own = tower({ port: (proxy.address() as AddressInfo).port });
    await own.turn();
    own.wait(11);
    await own.turn();
    expect(numbers((await own.said()).events)).toHaveLength(8);
    expect(listed("archive")).toHaveLength(1);
    expect(connections).toBe(2);
    await expect.poll(() => open.size).toBe(0);
    proxy.close();
  });

  test("doubled and renamed files are repeats, the same name with other content is new; all are seen", async () => {
    const own = tower();
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 4));
    await own.settle();
    for (const name of ["ORD-1.csv", "ORD-copy.csv"]) { writeFileSync(at("inbox", name), file(1, 4)); await own.settle(); }
    writeFileSync(at("inbox", "ORD-1.csv"), file(5, 2));
    await own.settle();
    const { events, notes } = await own.said();
    expect(numbers(events)).toEqual(["A1", "A2", "A3", "A4", "A5", "A6"]);
    expect(notes).toEqual(["File ORD-1.csv was taken: 8 rows, 4 documents", "File ORD-1.csv has the content of ORD-1.csv: repeated, nothing was taken twice", "File ORD-copy.csv has the content of ORD-1.csv: repeated, nothing was taken twice", "File ORD-1.csv was taken: 4 rows, 2 documents"]);
    expect(listed("archive")).toHaveLength(4);
  });

  test("a repeat that its own memory forgot is still a repeat by the identity of its rows", async () => {
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 2));
    const own = tower();
    await own.settle();
    const other = tower();
    writeFileSync(at("inbox", "ORD-9.csv"), file(1, 2));
    await other.settle();
    const rows = (from: typeof own) => [...from.kept.values()].filter(({ sourceMessageId }) => sourceMessageId.startsWith("rows/")).map(({ sourceMessageId, digest }) => [sourceMessageId, digest]);
    expect(rows(other)).toEqual(rows(own));
  });

  test.each([
    ["UTF-8 with its mark", Buffer.from(`\ufeff${file(1, 2)}`, "utf8")],
    ["UTF-16 with its mark", Buffer.from(`\ufeff${file(1, 7)}`, "utf16le")],
    ["Windows-1252", Buffer.from(file(1, 2), "latin1")],
  ])("reads %s", async (_, bytes) => {
    const own = tower();
    writeFileSync(at("inbox", "ORD-1.csv"), bytes);
    await own.settle();
    const { events, failures } = await own.said();
    expect(failures).toEqual([]);
    expect(events.at(-1)).toMatchObject({ data: { shipToAddress: { name: "Müller & Söhne" } } });
  });

  test.each([
    ["another encoding than told", { ...orders, encoding: "utf-8" }, Buffer.from(file(1, 2), "latin1"), "The file is not in UTF-8, as it should be"],
    ["UTF-16 without a mark", orders, Buffer.from(file(1, 2), "utf16le"), "holds NUL characters"],
    ["cut off inside of quotes", orders, Buffer.from(file(1, 3).slice(0, file(1, 3).lastIndexOf("Söhne"))), "ends inside of quotes: it is cut off"],
    ["cut off before the trailer", { ...orders, trailer: "END" }, Buffer.from(file(1, 3)), "no trailer END: it is cut off"],
    ["a trailer that counts more", { ...orders, trailer: "END" }, Buffer.from(`${file(1, 3)}END;7\r\n`), "The trailer counts 7 rows, the file has 6"],
    ["rows of one order apart", orders, Buffer.from(head + order(1, 1) + order(2, 1) + order(1, 1)), "The rows of A1 do not follow each other"],
    ["a column that is gone", orders, Buffer.from(file(1, 1).replace("Qty", "Quantity")), "The file has no column Qty"],
    ["nothing", orders, Buffer.alloc(0), "The file is empty"],
  ])("sets aside a file with %s whole, with the reason beside it", async (_, mapping, bytes, reason) => {
    const own = tower({ drops: [mapping as Drop] });
    writeFileSync(at("inbox", "ORD-1.csv"), bytes);
    await own.settle();
    const { events, failures } = await own.said();
    expect(events).toEqual([]);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/^CTR-01 ORD-1\.csv: /);
    expect(failures[0]).toContain(reason);
    const [kept = "", why = ""] = listed("error");
    expect(readFileSync(at("error", kept))).toEqual(bytes);
    expect([why, readFileSync(at("error", why), "utf8")]).toEqual([`${kept}.reason.txt`, expect.stringContaining(reason)]);
    expect([listed("inbox"), listed("work"), listed("archive")]).toEqual([[], [], []]);
  });

  test("a row that breaks the contract stops its own order only", async () => {
    const own = tower();
    writeFileSync(at("inbox", "ORD-1.csv"), head + order(1) + order(2).replace("1.200,5", "zwei") + order(3));
    await own.settle();
    const { events, failures } = await own.said();
    expect(numbers(events)).toEqual(["A1", "A3"]);
    expect(failures).toEqual(['CTR-01 ORD-1.csv: row 4, Qty: quantity "zwei" is no number with , as its decimal mark']);
  });

  test("hostile names are told once and touch nothing", async () => {
    const own = tower();
    for (const name of ["ORD-\u0001.csv", "..\\..\\ORD-1.csv", 'ORD-";row=1.csv']) writeFileSync(at("inbox", name), file(1, 1));
    mkdirSync(at("inbox", "ORD-folder.csv"));
    await own.settle();
    expect((await own.said()).failures).toHaveLength(3);
    expect([...own.kept.values()].every(({ times }) => times === 1)).toBe(true);
    expect(listed("inbox")).toHaveLength(4);
  });

  test("a new version that arrives under the name of the one in work is taken after it", async () => {
    const own = tower();
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 7));
    await own.step(); own.wait(11); await own.step();
    expect(listed("work")).toHaveLength(1);
    writeFileSync(at("inbox", "ORD-1.csv"), file(8, 2));
    await own.settle();
    expect(numbers((await own.said()).events)).toHaveLength(9);
    expect(listed("archive")).toHaveLength(2);
  });

  test("a large file is taken in bounded memory", async () => {
    const count = 20_000;
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, count));
    const own = tower({ settings: { documentsPerRead: 500 } });
    await own.step(); own.wait(11); await own.step();
    const before = process.memoryUsage().rss;
    await own.step();
    await own.step();
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * 1024 * 1024);
    expect([...own.kept.values()]).toHaveLength(500);
  });
});

describe("who is who", () => {
  test("a wrong key is a refused login, which pauses the connector", async () => {
    const own = tower({ privateKey: sshd.strangerKey });
    expect(await own.read()).toMatchObject({ authentication: true, reading: { ok: false, error: { code: "TEC-02" } } });
    expect((await own.check()).result).toMatchObject({ ok: false, error: { code: "TEC-02", message: expect.stringContaining("refused our key") as string } });
  });
  test("a key that went through a form of one line is the key", async () => {
    expect((await tower({ privateKey: sshd.privateKey.replaceAll("\n", "") }).check()).result).toMatchObject({ ok: true });
  });
  test("an inward address is not called unless the settings allow it", async () => {
    expect((await tower({ settings: { allowPrivateNetwork: false } }).read()).reading).toMatchObject({ ok: false, error: { code: "TEC-01", message: expect.stringContaining("inward") as string } });
  });
  test("nobody listens: an outage, no refusal", async () => { expect(await tower({ port: 9 }).read()).toMatchObject({ authentication: false, reading: { ok: false, error: { code: "TEC-01" } } }); });
  test("a host key that changed pauses it before anything is sent", async () => {
    const own = tower();
    writeFileSync(at("inbox", "ORD-1.csv"), file(1, 1));
    await sshd.changeHostKey();
    expect(await own.read()).toMatchObject({ authentication: true, reading: { ok: false, error: { code: "TEC-02", message: expect.stringContaining("another host key") as string } } });
    expect(listed("inbox")).toEqual(["ORD-1.csv"]);
  });
});
