import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CrossReferenceFile, LandscapeFile } from "@/server/integrations/demo";
import type { TrytonDatabase } from "../tryton-copy";
import type { TrytonPasswords } from "../tryton-server";
import type { MedusaServer } from "../medusa/server";
import type { Ready } from "../vendure/server";

export const webhookSecret = "whs_between-the-shop-and-the-tower";
/** What stays simulated beside the real shop and the real ERP with its warehouse. */
export const simulated = ["tax", "payments"];

/** The real shop of a wiring, with its own words where two shops differ. */
export interface RealShop {
  system: LandscapeFile["systems"][number];
  warehouse: string;
  /** Payment method or provider by the ERP's term. */
  terms: Readonly<Record<string, string>>;
  /** What it calls its shipping. */
  freight: string;
}
export const vendureShop = ({ url, apiKey }: Ready): RealShop => ({
  system: { name: "shop", product: "Vendure", url, connector: { type: "vendure", settings: { payments: { "net-30": "terms", prepaid: "advance" } }, secrets: { apiKey, webhookSecret } } },
  warehouse: "Default Stock Location", terms: { NET30: "net-30", CARD: "card" }, freight: "ground",
});
export const medusaShop = ({ url, apiKey, location }: MedusaServer): RealShop => ({
  system: { name: "shop", product: "Medusa", url, connector: { type: "medusa", settings: { payments: { pp_system_default: "terms" } }, secrets: { apiKey, webhookSecret } } },
  warehouse: location, terms: { NET30: "pp_system_default", CARD: "pp_system_card" }, freight: "Ground",
});

/**
 * What each system calls the same thing. A shop's words: e-mail address, SKU, payment method, shipping method. Tryton's: code,
 * symbol of a unit, name of a payment term; they are the tower's own words too, as those of a system of record.
 */
const goods = [
  ["VALVE-12", "BV-050"], ["VALVE-34", "BV-075"], ["HOSE-50", "GH-50FT"], ["WRENCH-14", "PW-14"],
  ["PTFE-520", "PTFE-12"], ["ELBOW-12", "CE-050"], ["GAUGE-100", "PG-100"],
] as const;
const wordsOf = ({ warehouse, terms, freight }: RealShop): CrossReferenceFile => ({
  entities: [{ canonical: "US01", shop: "US01", erp: "US01", tax: "HARTLINE" }],
  warehouses: [{ canonical: "COL", shop: warehouse, erp: "WH" }],
  units: [{ canonical: "EA", shop: "each", erp: "u" }],
  items: goods.map(([shop, erp]) => ({ shop, erp, units: [] })),
  customers: [
    { shop: "purchasing@harborsupply.example", erp: "C1004", tax: "D10004", shipTos: [] },
    { shop: "orders@prairieplumbing.example", erp: "C1005", tax: "D10005", shipTos: [] },
  ],
  terms: Object.entries(terms).map(([erp, shop]) => ({ shop, erp, netDays: erp === "NET30" ? 30 : 0, endOfMonth: false })),
  taxCategories: [{ canonical: "goods", tax: "P0000000" }, { canonical: "freight", tax: "FR020100" }],
  charges: [{ canonical: "freight", shop: freight, erp: "FREIGHT" }],
  carriers: [],
});

/** Tryton's code of what a shop sells under that SKU. */
export const codeOf = (sku: string): string => goods.find(([shop]) => shop === sku)?.[1] ?? sku;

/** What is there, and how a person and the tower sign in: kept in the state folder, for its owner's eyes. */
interface RealErp { url: string; company: number; passwords: TrytonPasswords }
export interface RealSystems { vendure: Ready; tryton: RealErp }
const fileIn = (state: string): string => path.join(state, "real-systems.json");

/** Tells the tower's seed (`prisma/seed.ts`) of the real shop and ERP and of the simulated rest, which has written itself down in `state` already. `kept`: what else is to be read again. */
export function writeRealSystems(state: string, shop: RealShop, tryton: RealErp, kept: Partial<RealSystems> = {}): void {
  const landscape = JSON.parse(readFileSync(path.join(state, "landscape.json"), "utf8")) as LandscapeFile;
  const erp: LandscapeFile["systems"][number] = {
    name: "erp", product: "Tryton", url: tryton.url,
    connector: { type: "tryton", settings: { isSystemOfRecord: true, uses: "both", login: "ledgerline", company: tryton.company, receivableAccount: "1200", cashAccount: "1000", writeOffAccount: "6900", tax: "Sales tax" }, secrets: { password: tryton.passwords.connector } },
  };
  // cards are the shop's own payments; the money that comes by bank is told by the simulated bank
  const file: LandscapeFile = { systems: [shop.system, erp, ...landscape.systems], serves: { payments: "shop", warehouse: "erp" }, observes: ["stock"], systemsOfRecord: { payment: "shop", receipt: "payments", allocation: "erp", shipment: "erp" } };
  writeFileSync(fileIn(state), JSON.stringify({ landscape: file, names: wordsOf(shop), tryton, ...kept }, null, 1), { mode: 0o600 });
}

/** Null where none were ever started on this state folder. */
export const readRealSystems = (state: string): RealSystems | null => (existsSync(fileIn(state)) ? JSON.parse(readFileSync(fileIn(state), "utf8")) as RealSystems : null);

export const companyOf = async (database: Pick<TrytonDatabase, "sql">): Promise<number> => (await database.sql<{ id: number }>("select id from company_company"))[0]?.id ?? 0;
