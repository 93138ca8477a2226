import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { killOutright, surround, type Surroundings } from "@/server/testing/survival/landscape";
import { createTestDatabase } from "@/server/testing/test-database";
import { cuttingProxy, type CuttingProxy } from "../cutting-proxy";
import { floorOf, type Floor } from "./floor";
import { createTrytonDatabase, type TrytonDatabase } from "../tryton-database";
import { startVendure, type VendureServer } from "../vendure/server";
import { companyOf, simulated, webhookSecret, writeRealSystems } from "./wiring";

/** The whole way, each part a process of its own: Vendure, a proxy before Tryton, the simulated rest, the tower's worker and its doors. */
export interface Pipeline {
  shop: VendureServer;
  tryton: TrytonDatabase;
  proxy: CuttingProxy;
  around: Surroundings;
  /** The tower's own rows. */
  tower<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** What a simulated system has. */
  ledger(system: "tax" | "payments"): Promise<LedgerEntry[]>;
  floor: Floor;
  /** SIGKILL, and another one at once. */
  killWorker(): Promise<void>;
  close(): Promise<void>;
}
export interface LedgerEntry { account: string; document: string; orderNumber: string | null; line: string | null; quantity: string | null; amount: string | null }

export async function startPipeline(): Promise<Pipeline> {
  const leavings: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => { for (const leave of leavings.splice(0).reverse()) await leave(); };
  try {
    const database = await createTestDatabase();
    leavings.push(() => database.drop());
    const tryton = await createTrytonDatabase();
    leavings.push(() => tryton.drop());
    const proxy = await cuttingProxy(tryton.url);
    leavings.push(() => proxy.close());
    let shop: VendureServer | undefined;
    const around = await surround({
      databaseUrl: database.url, portBase: 20_000 + (process.pid % 300) * 40, speed: 6000, demo: true, only: simulated,
      real: async (state, webhooksAt) => {
        shop = await startVendure({ tower: { url: webhooksAt, connector: "shop", secret: webhookSecret } });
        leavings.push(() => (shop as VendureServer).stop());
        writeRealSystems(state, { vendure: shop, tryton: { url: proxy.url, company: await companyOf(tryton), passwords: tryton.passwords } });
      },
    });
    leavings.push(() => around.stop());
    const doors = around.launch("server/testing/survival/doors.ts", [String(around.doorsPort)]);
    let worker = around.launch("server/jobs/worker.ts");
    leavings.push(() => Promise.all([worker, doors].map(killOutright)));
    const client = new Client({ connectionString: database.url });
    client.on("error", () => undefined);
    await client.connect();
    leavings.push(() => client.end());
    const portOf = (system: string): number => 20_000 + (process.pid % 300) * 40 + ["shop", "wms", "carrier", "tax", "payments"].indexOf(system);
    return {
      shop: shop as VendureServer, tryton, proxy, around, close,
      tower: async <Row extends object>(text: string, values: readonly unknown[] = []) => (await client.query<Row & Record<string, unknown>>(text, [...values])).rows as Row[],
      floor: await floorOf(tryton.url, tryton.passwords.picker),
      ledger: async (system) => ((await (await fetch(`http://127.0.0.1:${portOf(system)}/_ledger`, { headers: { connection: "close" } })).json()) as { entries: LedgerEntry[] }).entries,
      killWorker: async () => {
        await killOutright(worker);
        worker = around.launch("server/jobs/worker.ts");
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Looks until it is so. @throws with what was seen last */
export async function eventually<T>(look: () => Promise<T>, isSo: (seen: T) => boolean, limitMs: number, what: string): Promise<T> {
  for (const end = Date.now() + limitMs; ; await pause(500)) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > end) throw new Error(`${what} not within ${limitMs / 1000} s; last seen ${JSON.stringify(seen)}`);
  }
}
