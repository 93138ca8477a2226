import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { addMs } from "@/server/domain/instant";
import { conformsWhenPolled, mark, type Row } from "../contract/testing/conforms-when-polled";
import { testNow, type Setup } from "../contract/testing/conformance";
import { sftpDrop } from ".";
import { secrets, settings, type DropSession } from "./config";
import { step } from "./feed";
import { filesOf } from "./testing/folder";

const column = (name: string) => ({ column: name });
const drop = {
  files: "ORD*.csv", document: "order", delimiter: ";", decimal: ",", dates: "dd.MM.yyyy",
  fields: { number: column("No"), channel: { constant: "edi" }, placed: column("Date"), sellTo: column("Customer"), country: { constant: "DE" }, currency: { constant: "EUR" }, terms: { constant: "N30" }, line: column("Pos"), item: column("Item"), quantity: column("Qty"), unit: column("Unit"), price: column("Price") },
};
const setup: Setup = { connector: sftpDrop, settings: { host: "127.0.0.1", allowPrivateNetwork: true, hostKey: `SHA256:${"A".repeat(43)}`, username: "tower", drops: [drop] }, secrets: { privateKey: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString() }, codes: {} };
const root = mkdtempSync(path.join(tmpdir(), "polled-"));
afterAll(() => { rmSync(root, { recursive: true }); });

/** A drop of its own for each source: what the source has by then and no file holds yet comes as one more file, an order in each row. */
function dropOf(number: number): { session: DropSession; files: ReturnType<typeof filesOf>; lies(rows: readonly Row[], name: string): void; waits(): boolean; later(): void } {
  const here = path.join(root, String(number)), now = { value: testNow };
  for (const folder of ["inbox", "work", "archive", "error"]) mkdirSync(path.join(here, folder), { recursive: true });
  const session = { settings: settings.parse({ ...setup.settings, documentsPerRead: 3, quietSeconds: 1 }), secrets: secrets.parse(setup.secrets), now: () => now.value } as DropSession;
  return {
    session, files: filesOf(here), later: () => { now.value = addMs(now.value, 2000); }, waits: () => readdirSync(path.join(here, "inbox")).length + readdirSync(path.join(here, "work")).length > 0,
    lies: (rows, name) => { writeFileSync(path.join(here, "inbox", name), ["No;Date;Customer;Pos;Item;Qty;Unit;Price", ...rows.map((row) => `N-${row.id};24.11.2026;K-7;1;${mark(row)};2;EA;18,75`), ""].join("\r\n")); },
  };
}
let drops = 0;
conformsWhenPolled("SFTP drop", setup, {
  files: {
    // what stands in a file stays: another state of an order is another file's
    lists: "sequence", page: 3, final: true, vendor: () => () => ({ status: 500 }),
    // whole rows only: a document that begins in its middle is none
    told: ({ body }) => [...new TextDecoder().decode(body).matchAll(/^N-(\d+);24\.11\.2026;K-7;1;(M(\d+)x\d+M);2;EA;18,75$/gm)].flatMap(([, number, what = "", id]) => (number === id ? [what] : [])),
    reads: (source) => {
      const { session, files, lies, waits, later } = dropOf(drops += 1), held = new Set<string>();
      return async (cursor) => {
        const fresh = source.rows.filter((row) => !held.has(mark(row)));
        for (const row of fresh) held.add(mark(row));
        if (fresh.length > 0) lies(fresh, `ORD-${held.size}.csv`);
        for (let at = cursor; ; ) {
          const done = await step(session, files, (at ?? { looks: {}, reading: null, done: null, seen: [] }) as Parameters<typeof step>[2], at === null);
          later();
          if (done.messages.length > 0 || (!done.more && !waits())) return { ...done, more: done.more || waits() };
          at = done.cursor;
        }
      };
    },
  },
});
