import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dice } from './kit/dice';
import { charges, companyZone, customerNames, families, regions, taxCategories, terms, units, warehouses } from './master-data-tables';

export interface MasterItem {
  canonical: string;
  name: string;
  baseUnit: 'EA' | 'FT';
  shop: string;
  wms: string;
  erp: string;
  taxCategory: string;
  tracking: 'none' | 'lot' | 'serial';
  /** List price for `pricePer` base units, decimal string with 6 decimals. */
  listPrice: string;
  pricePer: number;
  units: { unit: string; numerator: number; denominator: number }[];
  grams: number;
  /** Base units on hand in every warehouse at the start. */
  stock: number;
}

interface MasterShipTo {
  canonical: string;
  shop: string;
  name: string;
  region: string;
  city: string;
  postalCode: string;
  country: 'US';
  line1: string;
}

export interface MasterCustomer {
  canonical: string;
  name: string;
  shop: string;
  erp: string;
  crm: string;
  tax: string;
  creditAccount: string;
  creditLimit: string;
  terms: string;
  poNumberRequired: boolean;
  invoiceChannel: 'email' | 'edi' | 'portal';
  /** Exempt in the region of its first ship-to, by a certificate valid all year. */
  exemptionNo: string | null;
  /** What the generator uses this customer for; ordinary traffic goes to `ordinary` only. */
  purpose: 'ordinary' | 'credit_limit' | 'duplicate_po' | 'card' | 'tax_change';
  shipTos: MasterShipTo[];
}

export interface TaxRate {
  region: string;
  taxCode: string;
  /** Percent as a decimal string, "8.875". */
  percent: string;
  validFrom: string;
  validTo: string | null;
}

export interface MasterData {
  seed: string;
  baseDate: string;
  items: MasterItem[];
  customers: MasterCustomer[];
  rates: TaxRate[];
  agreements: { id: string; customer: string; item: string; price: string }[];
  periods: { code: string; start: string; end: string; status: 'Open' | 'SoftClosed' | 'Closed' }[];
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const companyCalendar = new Intl.DateTimeFormat('en-CA', { timeZone: companyZone, year: 'numeric', month: '2-digit', day: '2-digit' });

/** The day at the distributor's offices: what an order asks for "today" is its today, not UTC's. */
export function companyDay(at: Date): string {
  return companyCalendar.format(at);
}

function buildItems(dice: Dice): MasterItem[] {
  return families.flatMap(([family, sizes, firstPrice, step, packs, pricePer, baseUnit, tracking, grams], familyIndex) =>
    sizes.map((size, index): MasterItem => {
      const number = familyIndex * 5 + index + 1;
      const packUnits = packs.map((unit) => ({ unit, numerator: units.find(([code]) => code === unit)?.[4] ?? 1, denominator: 1 }));
      return {
        canonical: `ITEM-${String(number).padStart(4, '0')}`,
        name: `${family} ${size}`,
        baseUnit,
        shop: `NG-${100_000 + number}`,
        wms: `SR${String(number).padStart(5, '0')}`,
        erp: `${1000 + familyIndex * 10}-${String(index + 1).padStart(3, '0')}`,
        taxCategory: 'goods-general',
        tracking,
        listPrice: (firstPrice + step * index).toFixed(6),
        pricePer,
        units: [{ unit: baseUnit, numerator: 1, denominator: 1 }, ...packUnits],
        grams,
        // A few items are scarce, so that allocation sometimes answers "back ordered".
        stock: family === 'Safety switch' ? dice.between(5, 15) : 1_000_000,
      };
    }),
  );
}

function purposeOf(index: number): MasterCustomer['purpose'] {
  if (index >= 38) return 'credit_limit';
  if (index >= 36) return 'duplicate_po';
  if (index >= 33) return 'card';
  return index >= 31 ? 'tax_change' : 'ordinary';
}

function buildCustomers(dice: Dice): MasterCustomer[] {
  const stable = regions.filter(([, , , , , before]) => before === null);
  const changed = regions.filter(([, , , , , before]) => before !== null);
  return customerNames.map((name, index): MasterCustomer => {
    const purpose = purposeOf(index);
    const canonical = `CUST-${1001 + index}`;
    const shop = `C-${1001 + index}`;
    const exempt = index === 5 || index === 25;
    const shipTos = Array.from({ length: exempt ? 1 : dice.between(1, 3) }, (_, place): MasterShipTo => {
      const [region, city, postalCode] = dice.pick(purpose === 'tax_change' ? changed : stable);
      const where = place === 0 ? 'main' : `site ${place + 1}`;
      return {
        canonical: `${canonical}-${place + 1}`, shop: `${shop}-S${place + 1}`, name: `${name} ${where}`,
        region, city, postalCode, country: 'US', line1: `${dice.between(1, 980)} ${dice.pick(['Mill Rd', 'Canal St', 'Depot Ave', 'Foundry Ln'])}`,
      };
    });
    return {
      canonical, name, shop, erp: `D${10_001 + index}`, crm: `00${10_001_001 + index}`, tax: `D${10_001 + index}`,
      // Two branches buy on the credit of their parent, the first customer.
      creditAccount: index === 10 || index === 11 ? 'CUST-1001' : canonical,
      creditLimit: purpose === 'credit_limit' ? '1000.00' : '5000000.00',
      terms: purpose === 'card' ? 'CARD' : dice.pick(['NET30', 'NET30', 'NET30', 'NET60', '2-10-NET30', 'EOM']),
      poNumberRequired: index % 9 === 4,
      invoiceChannel: dice.pick(['email', 'email', 'edi', 'portal'] as const),
      exemptionNo: exempt ? `EX-${10_001 + index}` : null,
      purpose, shipTos,
    };
  });
}

function buildRates(baseDate: string): TaxRate[] {
  const always = '2020-01-01';
  return regions.flatMap(([region, , , percent, freightTaxed, before]): TaxRate[] => {
    const row = (taxCode: string, rate: number, validFrom: string, validTo: string | null): TaxRate => ({ region, taxCode, percent: String(rate), validFrom, validTo });
    const dated = (taxCode: string, taxed: boolean): TaxRate[] => {
      if (!taxed) return [row(taxCode, 0, always, null)];
      if (before === null) return [row(taxCode, percent, always, null)];
      return [row(taxCode, before, always, addDays(baseDate, -1)), row(taxCode, percent, baseDate, null)];
    };
    return [
      ...dated('P0000000', true), ...dated('OH010000', true), ...dated('FR020100', freightTaxed),
      row('FR000000', 0, always, null), row('NT', 0, always, null),
    ];
  });
}

/** 17 months around the base date: closed until three months before it, then one soft-closed, then open. */
function buildPeriods(baseDate: string): MasterData['periods'] {
  const year = Number(baseDate.slice(0, 4));
  const month = Number(baseDate.slice(5, 7));
  return Array.from({ length: 17 }, (_, index) => {
    const offset = index - 12;
    const start = new Date(Date.UTC(year, month - 1 + offset, 1)).toISOString().slice(0, 10);
    const end = new Date(Date.UTC(year, month + offset, 0)).toISOString().slice(0, 10);
    const status = offset < -2 ? 'Closed' : offset === -2 ? 'SoftClosed' : 'Open';
    return { code: start.slice(0, 7), start, end, status };
  });
}

const built = new Map<string, MasterData>();

/** The same seed and day give the same data, in every process. */
export function masterData(seed: string, baseDate: string): MasterData {
  const key = `${seed}|${baseDate}`;
  let data = built.get(key);
  if (data === undefined) {
    const dice = new Dice(`master:${seed}`);
    const items = buildItems(dice);
    const customers = buildCustomers(dice);
    const agreements = Array.from({ length: 20 }, (_, index) => {
      const item = dice.pick(items);
      const price = (Number(item.listPrice) * 0.94).toFixed(6);
      return { id: `PA-${String(index + 1).padStart(4, '0')}`, customer: customers[index % 30]?.canonical ?? '', item: item.canonical, price };
    });
    data = { seed, baseDate, items, customers, rates: buildRates(baseDate), agreements, periods: buildPeriods(baseDate) };
    built.set(key, data);
  }
  return data;
}

/** The rate in percent for a region, tax code and date; null where the tax service knows none. */
export function rateOn(rates: readonly TaxRate[], region: string, taxCode: string, date: string): string | null {
  const row = rates.find((rate) => rate.region === region && rate.taxCode === taxCode && rate.validFrom <= date && (rate.validTo === null || date <= rate.validTo));
  return row?.percent ?? null;
}

/** The names that every system has for the same thing: the shape is in README.md. */
function crossReference(data: MasterData): object {
  return {
    version: 1,
    seed: data.seed,
    baseDate: data.baseDate,
    entities: [
      { canonical: 'US01', name: 'Hartline Supply Inc.', currency: 'USD', shop: 'US01', erp: 'US01', tax: 'HARTLINE', wms: 'HLS' },
      { canonical: 'US02', name: 'Hartline West LLC', currency: 'USD', shop: 'US02', erp: 'US02', tax: 'HARTWEST', wms: 'HLW' },
    ],
    warehouses: warehouses.map(([canonical, shop, wms, erp, name, region]) => ({ canonical, shop, wms, erp, name, region })),
    units: [...units.map(([canonical, shop, wms, erp]) => ({ canonical, shop, wms, erp })), { canonical: 'BX', shop: 'BX', wms: null, erp: null }],
    items: data.items.map(({ canonical, name, baseUnit, shop, wms, erp, taxCategory, tracking, units: itemUnits }) => ({
      canonical, name, baseUnit, shop, wms, erp, taxCategory, tracking, units: itemUnits,
    })),
    customers: data.customers.map(({ canonical, name, shop, erp, crm, tax, creditAccount, shipTos }) => ({
      canonical, name, shop, erp, crm, tax, creditAccount,
      shipTos: shipTos.map((place) => ({ canonical: place.canonical, shop: place.shop, region: place.region, country: place.country })),
    })),
    terms: terms.map(([canonical, erp, netDays, endOfMonth, discountPercent, discountDays]) => ({
      canonical, shop: canonical, erp, netDays, endOfMonth, discountPercent: discountPercent === null ? null : String(discountPercent), discountDays,
    })),
    taxCategories: taxCategories.map(([canonical, tax]) => ({ canonical, shop: canonical, tax })),
    charges: charges.map(([canonical, erp, taxCategory]) => ({ canonical, shop: canonical, erp, taxCategory })),
    carriers: [{ canonical: 'PARCELWAY', shop: 'ground', wms: 'PWGR', carrier: 'PARCELWAY' }],
    paymentMethods: [{ canonical: 'bank', erp: 'BANK' }, { canonical: 'card', erp: 'CARD' }],
  };
}

/** Writes `landscape-xref.json` for the tower's demo seed; atomic. */
export function writeCrossReference(stateDir: string, data: MasterData): string {
  mkdirSync(stateDir, { recursive: true });
  const path = join(stateDir, 'landscape-xref.json');
  writeFileSync(`${path}.tmp`, `${JSON.stringify(crossReference(data), null, 1)}\n`);
  renameSync(`${path}.tmp`, path);
  return path;
}
