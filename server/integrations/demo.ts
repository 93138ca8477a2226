import { z } from "zod";
import type { CrossReference } from "@/server/domain/contracts/masters";
import type { Capability } from "@/server/domain/commands";
import type { Instant } from "@/server/domain/instant";
import type { Policy, Route } from "@/server/domain/policy";

/** What the demo needs of `landscape.json` and `landscape-xref.json` (server/landscape/README.md); both are data, passed in. */
export const landscapeFile = z.looseObject({
  systems: z.array(z.looseObject({
    name: z.string(), product: z.string(), url: z.string(), webhookSecret: z.string().optional(),
    /** A system that nobody here wrote, by the connector that speaks to it. */
    connector: z.object({ type: z.string(), settings: z.record(z.string(), z.unknown()), secrets: z.record(z.string(), z.string()) }).optional(),
    credentials: z.looseObject({ apiKey: z.string().optional(), username: z.string().optional(), password: z.string().optional(), keyId: z.string().optional(), secret: z.string().optional(), clientId: z.string().optional(), clientSecret: z.string().optional() }).default({}),
  })),
  /** Where other systems serve a capability or are believed in something than the demo's. */
  serves: z.record(z.string(), z.string()).default({}), /** Capabilities that are only watched and compared. */ observes: z.array(z.string()).default([]), systemsOfRecord: z.record(z.string(), z.string()).default({}),
});
export type LandscapeFile = z.input<typeof landscapeFile>;

const word = z.string().nullish();
export const crossReferenceFile = z.looseObject({
  entities: z.array(z.looseObject({ canonical: z.string(), shop: word, erp: word, tax: word })),
  warehouses: z.array(z.looseObject({ canonical: z.string(), shop: word, wms: word, erp: word })),
  units: z.array(z.looseObject({ canonical: z.string(), shop: word, wms: word, erp: word })),
  items: z.array(z.looseObject({ shop: word, wms: word, erp: z.string(), units: z.array(z.looseObject({ unit: z.string(), numerator: z.number(), denominator: z.number() })) })),
  customers: z.array(z.looseObject({ shop: word, erp: z.string(), crm: word, tax: word, shipTos: z.array(z.looseObject({ shop: word })) })),
  terms: z.array(z.looseObject({ shop: word, erp: z.string(), netDays: z.number(), endOfMonth: z.boolean(), discountPercent: word, discountDays: z.number().nullish() })),
  taxCategories: z.array(z.looseObject({ canonical: z.string(), tax: z.string() })),
  charges: z.array(z.looseObject({ canonical: z.string(), shop: word, erp: word })),
  carriers: z.array(z.looseObject({ canonical: z.string(), shop: word, wms: word })),
});
export type CrossReferenceFile = z.infer<typeof crossReferenceFile>;

export interface DemoConnector { id: string; type: string; name: string; entity: string; settings: Record<string, unknown>; secrets: Record<string, string> }

/** Ids are the names of the landscape's systems: their webhooks come to `/api/webhooks/<name>`. */
export function demoConnectors(landscape: LandscapeFile, names: CrossReferenceFile, entity = "US01"): DemoConnector[] {
  const own = names.entities.find((row) => row.canonical === entity);
  return landscape.systems.flatMap((system): DemoConnector[] => {
    const { credentials: login = {}, connector: foreign } = system;
    if (foreign) return [{ id: system.name, type: foreign.type, name: system.product, entity, settings: { url: system.url, allowPrivateNetwork: true, ...foreign.settings }, secrets: foreign.secrets }];
    const settings = specific(system.name, login, own, names);
    const known: Readonly<Record<string, Record<string, string | undefined>>> = {
      shop: { apiKey: login.apiKey, webhookSecret: system.webhookSecret }, wms: { password: login.password }, tax: { password: login.password },
      carrier: { signingSecret: login.secret, webhookSecret: system.webhookSecret }, payments: { apiKey: login.apiKey, webhookSecret: system.webhookSecret },
      crm: { clientSecret: login.clientSecret }, erp: { clientSecret: login.clientSecret },
    };
    if (settings === null) return [];
    return [{
      id: system.name, type: `sandbox-${system.name}`, name: system.product, entity, settings: { url: system.url, allowPrivateNetwork: true, ...settings },
      secrets: Object.fromEntries(Object.entries(known[system.name] ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    }];
  });
}

type Login = NonNullable<LandscapeFile["systems"][number]["credentials"]>;
function specific(name: string, login: Login, own: CrossReferenceFile["entities"][number] | undefined, names: CrossReferenceFile): Record<string, unknown> | null {
  switch (name) {
    case "shop": return { site: own?.shop ?? undefined, packSizes: packSizes(names) };
    case "wms": return { username: login.username, defaultSite: names.warehouses[0]?.wms ?? "", defaultCarrier: names.carriers[0]?.wms ?? "" };
    case "tax": return { username: login.username, companyCode: own?.tax ?? "", shipFrom: { country: "US", region: "OH", postalCode: "43004" } };
    case "carrier": return { keyId: login.keyId };
    case "payments": return {};
    case "crm": return { clientId: login.clientId };
    case "erp": return { clientId: login.clientId, company: own?.erp ?? own?.canonical ?? "", isSystemOfRecord: true };
    default: return null;
  }
}

/** Base units in each of the shop's units, where any item has that unit. */
function packSizes(names: CrossReferenceFile): Record<string, number> {
  const sizes = new Map(names.items.flatMap((item) => item.units.map((unit) => [unit.unit, unit.numerator / unit.denominator] as const)));
  return Object.fromEntries(names.units.flatMap((unit) => (unit.shop && sizes.has(unit.canonical) ? [[unit.shop, sizes.get(unit.canonical) as number]] : [])));
}

const serves: readonly [Capability, string][] = [["orders", "shop"], ["warehouse", "wms"], ["transport", "carrier"], ["finance", "erp"], ["tax", "tax"], ["payments", "payments"], ["crm", "crm"], ["stock", "shop"]];
export const demoRoutes = (landscape: LandscapeFile) => (managedFrom: Instant): Route[] =>
  serves.map(([capability, connector]) => ({ document: "*" as const, capability, connector: landscape.serves?.[capability] ?? connector, mode: landscape.observes?.includes(capability) ? "observe" as const : "act" as const, managedFrom })).filter(({ connector }) => landscape.systems.some(({ name }) => name === connector));

export const demoSystemsOfRecord = ({ systemsOfRecord = {} }: LandscapeFile): Policy["systemsOfRecord"] => ({
  order: "shop", customer: "erp", item: "erp", price: "erp", credit: "erp", periods: "erp", allocation: "wms", shipment: "wms", delivery: "carrier", tax: "tax", payment: "payments", receipt: "bank", application: "erp", invoice: "erp",
  ...systemsOfRecord,
});

/** Payment terms by the ERP's codes, which are the canonical ones. */
export const demoTerms = (names: CrossReferenceFile): Policy["terms"] =>
  Object.fromEntries(names.terms.map((row) => [row.erp, { days: row.netDays, endOfMonth: row.endOfMonth, advance: false, ...(row.discountPercent && row.discountDays != null ? { discount: { days: row.discountDays, percent: row.discountPercent } } : {}) }]));

/** Tax category that the ERP gives its goods. */
const goodsCategory = "GOODS";

/**
 * The cross-reference, with the ERP's words as canonical for customers, items, units and terms, and the landscape's own
 * names for warehouses, carriers and charges. A ship-to of the shop is its customer there: only the address differs.
 */
export function demoMappings(names: CrossReferenceFile): CrossReference[] {
  const rows: CrossReference[] = [];
  const map = (kind: CrossReference["kind"], system: string, code: string | null | undefined, canonical: string | null | undefined): void => {
    if (code && canonical) rows.push({ kind, system, code, canonical, version: 1 });
  };
  for (const row of names.customers) {
    for (const code of [row.shop, ...row.shipTos.map((place) => place.shop)]) map("customer", "shop", code, row.erp);
    map("customer", "crm", row.crm, row.erp);
    map("customer", "tax", row.tax, row.erp);
    // A payer's own reference at the bank may be the shop's number.
    map("customer", "payments", row.shop, row.erp);
  }
  for (const row of names.items) for (const system of ["shop", "wms"] as const) map("item", system, row[system], row.erp);
  for (const row of names.units) for (const system of ["shop", "wms"] as const) map("unit", system, row[system], row.erp);
  for (const row of names.terms) map("terms", "shop", row.shop, row.erp);
  for (const row of names.warehouses) for (const system of ["shop", "wms", "erp"] as const) map("warehouse", system, row[system], row.canonical);
  for (const row of names.carriers) map("carrier", "wms", row.wms, row.canonical);
  for (const row of names.charges) for (const system of ["shop", "erp"] as const) map("charge", system, row[system], row.canonical);
  for (const row of names.taxCategories) map("tax", "tax", row.tax, row.canonical.startsWith("goods-") ? goodsCategory : row.canonical);
  return rows;
}
