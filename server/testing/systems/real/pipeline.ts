import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { killOutright, surround, type Surroundings } from "@/server/testing/survival/landscape";
import { createTestDatabase } from "@/server/testing/test-database";
import { cuttingProxy, type CuttingProxy } from "../cutting-proxy";
import { floorOf, type Floor } from "./floor";
import { openOffice, type Office } from "./office";
import { createTrytonDatabase, type TrytonDatabase } from "../tryton-database";
import { startMedusa, type MedusaServer } from "../medusa/server";
import { startVendure, type VendureServer } from "../vendure/server";
import { companyOf, medusaShop, simulated, vendureShop, webhookSecret, writeRealSystems, type RealShop } from "./wiring";

/** A shop that can stand at the beginning of the whole way. */
interface ShopKind<Shop> { start(tower: { url: string; connector: string; secret: string }): Promise<Shop>; describe(shop: Shop): RealShop }
export const vendure: ShopKind<VendureServer> = { start: (tower) => startVendure({ tower }), describe: vendureShop };
export const medusa: ShopKind<MedusaServer> = { start: (tower) => startMedusa({ tower }), describe: medusaShop };

/** The whole way, each part a process of its own: the shop, a proxy before Tryton, the simulated rest, the tower's worker and its doors. */
export interface Pipeline<Shop = unknown> {
  shop: Shop;
  tryton: TrytonDatabase;
  proxy: CuttingProxy;
  around: Surroundings;
  /** The tower's own rows. */
  tower<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** What a simulated system has. */
  ledger(system: "tax" | "payments"): Promise<LedgerEntry[]>;
  floor: Floor;
  office: Office;
  /** SIGKILL, and another one at once. */
  killWorker(): Promise<void>;
  close(): Promise<void>;
}
export interface LedgerEntry { account: string; document: string; orderNumber: string | null; line: string | null; quantity: string | null; amount: string | null }

export async function startPipeline<Shop extends { stop(): Promise<void> }>(kind: ShopKind<Shop>): Promise<Pipeline<Shop>> {
  const leavings: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => { for (const leave of leavings.splice(0).reverse()) await leave(); };
  try {
    const database = await createTestDatabase();
    leavings.push(() => database.drop());
    const tryton = await createTrytonDatabase();
    leavings.push(() => tryton.drop());
    const proxy = await cuttingProxy(tryton.url);
    leavings.push(() => proxy.close());
    let shop: Shop | undefined;
    const around = await surround({
      databaseUrl: database.url, portBase: 20_000 + (process.pid % 300) * 40, speed: 6000, demo: true, only: simulated,
      real: async (state, webhooksAt) => {
        const own = shop = await kind.start({ url: webhooksAt, connector: "shop", secret: webhookSecret });
        leavings.push(() => own.stop());
        writeRealSystems(state, kind.describe(own), { url: proxy.url, company: await companyOf(tryton), passwords: tryton.passwords });
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
    const office = openOffice(database.url);
    leavings.push(() => office.close());
    const portOf = (system: string): number => 20_000 + (process.pid % 300) * 40 + ["shop", "wms", "carrier", "tax", "payments"].indexOf(system);
    return {
      shop: shop as Shop, tryton, proxy, around, office, close,
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
