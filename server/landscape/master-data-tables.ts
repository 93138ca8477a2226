/** The raw words from which master data is built: fictional, but as a distributor of electrical and plumbing goods has them. */

/** Where the distributor's offices are, and by whose calendar it trades. */
export const companyZone = 'America/New_York';

/** [family, sizes, first price, price step, pack units, price per, base unit, tracking, grams] */
export type Family = readonly [string, readonly string[], number, number, readonly string[], number, 'EA' | 'FT', 'none' | 'lot' | 'serial', number];

export const families: readonly Family[] = [
  ['Circuit breaker 1-pole', ['15A', '20A', '30A', '40A', '50A'], 12.5, 1.75, ['CS12'], 1, 'EA', 'none', 180],
  ['Circuit breaker 2-pole', ['20A', '30A', '40A', '60A', '100A'], 33.33, 6.4, ['CS12'], 1, 'EA', 'none', 360],
  ['GFCI receptacle', ['15A white', '15A ivory', '20A white', '20A ivory', '20A grey'], 18.4, 1.1, ['PK10'], 1, 'EA', 'none', 150],
  ['EMT conduit 10 ft', ['1/2"', '3/4"', '1"', '1-1/4"', '2"'], 4, 3.15, ['PK10'], 1, 'EA', 'none', 1400],
  ['EMT coupling', ['1/2"', '3/4"', '1"', '1-1/4"', '2"'], 0.84, 0.37, ['CS24', 'PK10'], 1, 'EA', 'none', 60],
  ['Wire connector', ['yellow', 'red', 'tan', 'blue', 'grey'], 18.75, 4.25, ['PK10'], 1000, 'EA', 'none', 3],
  ['THHN wire stranded', ['14 AWG', '12 AWG', '10 AWG', '8 AWG', '6 AWG'], 118.5, 61.25, ['RL500'], 1000, 'FT', 'lot', 12],
  ['NM-B cable', ['14/2', '12/2', '10/2', '14/3', '12/3'], 412.6, 135.4, ['RL500'], 1000, 'FT', 'lot', 40],
  ['Junction box', ['4x4', '4-11/16', '6x6', '8x8', '12x12'], 3.29, 4.05, ['CS24'], 1, 'EA', 'none', 300],
  ['LED panel light', ['1x4', '2x2', '2x4', '2x4 dimmable', '2x4 emergency'], 48.2, 17.6, ['CS12'], 1, 'EA', 'none', 3600],
  ['Load centre', ['8 space', '12 space', '20 space', '30 space', '42 space'], 78.9, 41.3, [], 1, 'EA', 'serial', 6800],
  ['Energy meter', ['single phase', 'split phase', 'three phase', 'three phase CT', 'gateway'], 164.75, 58.5, [], 1, 'EA', 'serial', 900],
  ['Copper elbow 90', ['1/2"', '3/4"', '1"', '1-1/4"', '1-1/2"'], 1.235, 0.985, ['CS24', 'PK10'], 1, 'EA', 'none', 40],
  ['Copper tee', ['1/2"', '3/4"', '1"', '1-1/4"', '1-1/2"'], 2.118, 1.442, ['CS24', 'PK10'], 1, 'EA', 'none', 55],
  ['Copper pipe type L', ['1/2"', '3/4"', '1"', '1-1/4"', '1-1/2"'], 2.94, 1.86, [], 1, 'FT', 'none', 130],
  ['PEX tubing', ['3/8"', '1/2"', '5/8"', '3/4"', '1"'], 0.412, 0.238, ['RL500'], 1, 'FT', 'lot', 30],
  ['Ball valve brass', ['1/2"', '3/4"', '1"', '1-1/4"', '2"'], 8.4, 5.35, ['CS12'], 1, 'EA', 'none', 310],
  ['Check valve', ['1/2"', '3/4"', '1"', '1-1/2"', '2"'], 14.6, 7.15, ['CS12'], 1, 'EA', 'none', 420],
  ['PVC cement', ['4 oz', '8 oz', '16 oz', '32 oz', '1 gal'], 5.18, 4.42, ['CS12', 'CS24'], 1, 'EA', 'lot', 300],
  ['Flux paste', ['2 oz', '4 oz', '8 oz', '16 oz', '32 oz'], 4.05, 2.95, ['CS12'], 1, 'EA', 'lot', 120],
  ['Circulator pump', ['1/25 HP', '1/12 HP', '1/6 HP', '1/3 HP', '1/2 HP'], 129.4, 66.8, [], 1, 'EA', 'serial', 4200],
  ['Water heater element', ['1500W', '3000W', '4500W', '5500W', '6000W'], 15, 2.2, ['CS12'], 1, 'EA', 'none', 260],
  ['Pipe hanger', ['1/2"', '3/4"', '1"', '2"', '3"'], 0.56, 0.22, ['CS24', 'PK10'], 1, 'EA', 'none', 45],
  ['Safety switch', ['30A', '60A', '100A', '200A', '400A'], 88.25, 74.1, [], 1, 'EA', 'none', 5200],
];

/** [region, city, postal code, rate in percent today, freight taxed, percent until yesterday if it changed today] */
export const regions: readonly (readonly [string, string, string, number, boolean, number | null])[] = [
  ['OH', 'Columbus', '43004', 8, true, null],
  ['PA', 'Erie', '16501', 6, false, null],
  ['IN', 'Fort Wayne', '46802', 7, true, null],
  ['MI', 'Detroit', '48201', 6, true, null],
  ['KY', 'Lexington', '40507', 6, false, null],
  ['NY', 'Buffalo', '14201', 8.875, true, null],
  ['IL', 'Peoria', '61602', 6.25, false, null],
  ['TX', 'Austin', '78701', 8.25, true, null],
  ['GA', 'Macon', '31201', 7, true, null],
  ['OR', 'Salem', '97301', 0, false, null],
  ['MN', 'Duluth', '55802', 7.375, true, 6.875],
];

export const customerNames: readonly string[] = [
  'Abbott Electric', 'Birchwood Mechanical', 'Calloway Plumbing Supply', 'Dunmore Contractors', 'Eastlake Power', 'Fairview Schools',
  'Granger Hydronics', 'Hollis & Sons', 'Ironbridge Construction', 'Juniper Facilities', 'Kestrel Controls', 'Lakeshore HVAC',
  'Marrow Creek Homes', 'Northfield Utilities', 'Oakhurst Electric', 'Pinecrest Plumbing', 'Quarry Road Builders', 'Redfern Industrial',
  'Silverton Hospital', 'Tamarack Systems', 'Underhill Pipe', 'Vance Brothers', 'Westerly Marine', 'Yarrow Energy', 'Zimmer Works',
  'Ashgrove County', 'Beacon Hill Apartments', 'Cobalt Automation', 'Driftwood Resorts', 'Elmore Foods', 'Foxglove Nurseries',
  'Greystone Mining', 'Harrow Glass', 'Inland Cold Storage', 'Jasper Mills', 'Kingfisher Boats', 'Larkspur Dental', 'Mesa Solar',
  'Nightingale Care', 'Orchard Park District',
];

/** [canonical, shop, wms, erp, name, region] */
export const warehouses = [
  ['COL', 'DC-EAST', 'W01', 'EAST', 'Columbus', 'OH'],
  ['CHI', 'DC-CENTRAL', 'W02', 'CENTRAL', 'Joliet', 'IL'],
  ['DAL', 'DC-SOUTH', 'W03', 'SOUTH', 'Austin', 'TX'],
  ['PDX', 'DC-WEST', 'W04', 'WEST', 'Salem', 'OR'],
] as const;

/** [canonical, shop, wms, erp, base units in it] */
export const units = [
  ['EA', 'each', 'EA', 'PCS', 1],
  ['FT', 'foot', 'FT', 'FT', 1],
  ['PK10', 'pack10', 'PK10', 'PACK10', 10],
  ['CS12', 'case12', 'CS12', 'CASE12', 12],
  ['CS24', 'case24', 'CS24', 'CASE24', 24],
  ['RL500', 'reel500', 'RL500', 'REEL500', 500],
] as const;

/** [canonical = shop, erp, net days, end of month, discount percent, discount days] */
export const terms = [
  ['NET30', 'N30', 30, false, null, null],
  ['NET60', 'N60', 60, false, null, null],
  ['2-10-NET30', '2/10N30', 30, false, 2, 10],
  ['EOM', 'EOM', 0, true, null, null],
  ['CARD', 'CARD', 0, false, null, null],
] as const;

/** [canonical = shop, tax service] */
export const taxCategories = [
  ['goods-general', 'P0000000'],
  ['freight', 'FR020100'],
  ['freight-exempt', 'FR000000'],
  ['handling', 'OH010000'],
  ['not-taxable', 'NT'],
] as const;

/** [canonical = shop, erp, tax category] */
export const charges = [
  ['freight', 'CH-FREIGHT', 'freight'],
  ['handling', 'CH-HANDLING', 'handling'],
  ['small_order', 'CH-SMALLORDER', 'handling'],
  ['fuel', 'CH-FUEL', 'freight'],
  ['restocking', 'CH-RESTOCK', 'not-taxable'],
] as const;
