import assert from "node:assert/strict";
import { at, authorised, cancels, closesRequests, credit, customer, event, item, order, overlays, pays, periods, returnAuthorised, returnReceived, ships, type Goods } from "../world/builders";
import type { Play } from "../world/play";
import { netPosted, open, totals } from "../world/readings";
import type { LedgerEntry } from "../world/targets/erp";
import type { World } from "../world/world";
import type { ScenarioTold } from "./story";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
const left = (order: string, shipment: string, short: string, quantity: number, more: Partial<Goods> = {}) => ships(shipment, short, [{ order, line: "1", item: "A", quantity, ...more }]);
const recounted = (order: string, shipment: string, short: string, quantity: number) => ships(shipment, short, [{ order, line: "1", item: "A", quantity }], 2, { shippedAt: at("2026-03-02 14:00") });
const back = (order: string, id: string, day: string, quantity: number, more: { restockingFee?: string } = {}) => [returnAuthorised(id, order, `${day} 10:00`, { 1: quantity }), returnReceived(id, order, `${day} 10:30`, [{ line: "1", item: "A", quantity, ...more }])] as const;
/** What stands in the ledger with its tax, to the cent: what domain.md 6 says of the scenario. */
const stands = (total: string) => (world: World): void => {
  const { lines, charges, tax } = netPosted(world), sum = [...Object.values(lines).map(({ net }) => net), ...Object.values(charges), tax].reduce((all, part) => all + Number(part), 0);
  assert.equal(sum.toFixed(2), total);
};
const opens = (invoice: string, rest: string) => (world: World, of: (name: string) => string): void => { assert.equal(open(world, of(invoice)), rest); };
const dated = (kind: LedgerEntry["kind"], day: string) => (world: World): void => { assert.deepEqual(world.erp.documents.filter((entry) => entry.kind === kind).map(({ accountingDate }) => accountingDate), [day]); };
const both = (...checks: ((world: World, of: (name: string) => string) => void)[]) => (world: World, of: (name: string) => string): void => { for (const check of checks) check(world, of); };

const s02 = order("SO-1").line("1", "A", 3, "33.33").discount("10.00").charge("freight", "9.99", "none");
const s04 = order("SO-1").line("1", "A", 20, "50.00");
const s06 = (play: Play): void => { play.tell(order("SO-1").placed("2026-06-29 09:00").line("1", "A", 40, "25.00").card().state("MN"), authorised("SO-1", "AUTH-6", "2026-06-29 09:01", "1060.00")); play.until("2026-06-29 12:00"); };
const s07 = order("SO-1").line("1", "A", 50, "4.00");
const s09 = (play: Play, currency: string, state: string, price: string): void => { play.given(customer("C-1", { currency })); play.tell(order("SO-1").line("1", "A", 3, price).with({ currency }).state(state), left("SO-1", "SH-1", "2026-03-02 14:00", 3)); play.until("2026-03-02 20:00"); };
const kit = order("SO-1").line("1", "KIT", 10, "100.00", { components: [{ item: "A", per: "1", shareOfPrice: "40.00" }, { item: "B", per: "2", shareOfPrice: "30.00" }] });
const pieces = (shipment: string, short: string, counts: Record<string, number>) => ships(shipment, short, Object.entries(counts).map(([component, quantity]): Goods => ({ order: "SO-1", line: "1", item: component, quantity, component })));
const s11 = (play: Play): void => { play.tell(order("SO-1").line("1", "A", 30, "15.00"), left("SO-1", "SH-1", "2026-03-02 14:00", 30)); play.until("2026-03-02 18:00"); play.tell(recounted("SO-1", "SH-1", "2026-03-03 09:00", 28)); play.decide({ rule: "CREDIT_APPROVAL" }); play.until("2026-03-03 12:00"); };
const s17 = (number: string, placed: string, amount: string, shipment: string) => [order(number).placed(placed).line("1", "A", 1, amount), left(number, shipment, placed.replace("09:", "14:"), 1)] as const;
const cases = item("A", { units: [{ unit: "CS", numerator: 24, denominator: 1 }, { unit: "DZ", numerator: 12, denominator: 1 }] });
const s21 = (substitutionAllowed: boolean) => [order("SO-1").line("1", "A", 10, "12.00", { substitutionAllowed }).line("2", "A", 1, "0", { freeReason: "sample" }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 6 }, { order: "SO-1", line: "1", item: "A2", quantity: 4, substitute: true }, { order: "SO-1", line: "2", item: "A", quantity: 1 }])] as const;
const s22 = (play: Play): void => { play.given(exempt); play.tell(order("SO-1").placed("2026-03-30 09:00").line("1", "A", 40, "100.00")); };
const s22ships = (told: string) => ({ ...left("SO-1", "SH-1", "2026-03-31 16:30", 40), at: at(told) });
const closesMarch = periods(2, "2026-04-01 18:00", { "2026-03": "soft_closed" });
const carded = (play: Play): void => { play.tell(order("SO-1").line("1", "A", 10, "60.00").card(), authorised("SO-1", "AUTH-1", "2026-03-02 09:05", "648.00")); play.until("2026-03-02 10:00"); play.tell(left("SO-1", "SH-1", "2026-03-02 14:00", 8), left("SO-1", "SH-2", "2026-03-02 15:00", 2)); play.until("2026-03-02 20:00"); };

/** Scenarios of the domain reference (section 6) that are built, by their names there, with the totals that stand there. */
const told: readonly ScenarioTold[] = [
  {
    title: "S01 Plain order, touchless", leaves: [], check: both(stands("295.19"), opens("INV-1", "0.00")),
    script: (play) => {
      play.tell(order("SO-1").line("1", "A", 10, "12.50").line("2", "B", 4, "33.33").charge("freight", "15.00"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-1", line: "2", item: "B", quantity: 4 }]));
      play.tell(event("shipment.delivered", at("2026-03-04 10:00"), { shipment: "SH-1", version: 1, state: "delivered", at: at("2026-03-04 10:00") })); play.until("2026-03-04 12:00");
      play.tell(pays("R-1", "2026-03-30 10:00", "295.19", { "INV-1": "295.19" }));
    },
  },
  {
    title: "S02 Three shipments, header discount, freight", leaves: [], check: stands("107.18"),
    script: (play) => { play.tell(s02, ...[3, 4, 5].map((day) => left("SO-1", `SH-${day}`, `2026-03-0${day} 14:00`, 1))); },
  },
  {
    title: "S02 (b) third unit cancelled instead", leaves: [], check: stands("74.78"),
    script: (play) => { play.tell(s02, left("SO-1", "SH-1", "2026-03-03 14:00", 1), left("SO-1", "SH-2", "2026-03-04 14:00", 1), cancels("SO-1", "CX-1", "2026-03-05 14:00", { 1: 1 })); },
  },
  {
    title: "S03 Short, rest cancelled, part paid, returned in another period", leaves: [], check: both(stands("404.46"), opens("INV-1", "0.00")),
    script: (play, of) => {
      play.tell(order("SO-1").placed("2026-01-26 09:00").line("1", "A", 100, "8.40").state("WI"), left("SO-1", "SH-1", "2026-01-28 14:00", 60)); play.until("2026-01-28 14:30");
      play.tell(closesRequests(of("SO-1"), "2026-01-28 15:00")); play.until("2026-01-31 20:00");
      play.tell(cancels("SO-1", "CX-1", "2026-02-02 10:00", { 1: 40 })); play.until("2026-02-04 08:00");
      play.tell(periods(2, "2026-02-04 09:00", { "2026-01": "closed" })); play.until("2026-02-05 09:00");
      play.tell(pays("R-1", "2026-02-10 10:00", "400.00", { "INV-1": "400.00" }), ...back("SO-1", "RMA-1", "2026-02-24", 15), pays("R-2", "2026-03-05 10:00", "4.46", { "INV-1": "4.46" }));
    },
  },
  {
    title: "S04 Price changed after release", leaves: [], check: stands("1036.80"),
    script: (play) => {
      play.allow({ rule: "CREDIT_APPROVAL" }); play.allow({ rule: "CHANGED_AFTER_RELEASE" });
      play.tell(s04, s04.change("2026-03-02 10:00", (data) => { data.lines[0]!.price = "48.00"; }), left("SO-1", "SH-1", "2026-03-02 14:00", 20));
      play.until("2026-03-02 20:00"); play.decide({ rule: "CHANGED_AFTER_RELEASE" });
    },
  },
  {
    title: "S04 (b) the change arrives after the invoice", leaves: [], check: stands("1036.80"),
    script: (play) => {
      play.tell(s04, left("SO-1", "SH-1", "2026-03-02 14:00", 20)); play.until("2026-03-02 20:00");
      play.tell(s04.change("2026-03-03 10:00", (data) => { data.lines[0]!.price = "48.00"; })); play.decide({ rule: "CREDIT_APPROVAL" });
    },
  },
  {
    title: "S05 Duplicate purchase order", leaves: [], check: stands("108.00"),
    script: (play) => {
      play.tell(order("SO-1").line("1", "A", 5, "20.00").with({ purchaseOrder: "4711", channel: "edi" })); play.until("2026-03-02 09:30");
      play.tell(order("SO-2").placed("2026-03-02 09:40").line("1", "A", 5, "20.00").with({ purchaseOrder: "PO-4711 " })); play.until("2026-03-02 12:00");
      play.decide({ rule: "DUPLICATE_DOCUMENT", verdict: "reject", consequence: "cancel" }); play.until("2026-03-02 13:00");
      play.tell(order("SO-1").line("1", "A", 5, "20.00").with({ purchaseOrder: "4711", channel: "edi" }), left("SO-1", "SH-1", "2026-03-02 14:00", 5));
    },
  },
  {
    title: "S06 Tax rate changes between order and shipment", isAlone: true, leaves: ["PAYMENT_AUTHORISATION"], check: stands("1063.75"),
    script: (play) => { s06(play); play.tell(left("SO-1", "SH-1", "2026-06-30 14:00", 10)); play.until("2026-06-30 20:00"); play.tell(left("SO-1", "SH-2", "2026-07-02 14:00", 30)); },
  },
  {
    title: "S06 (b) all after the change", isAlone: true, leaves: ["PAYMENT_AUTHORISATION"], check: stands("1065.00"),
    script: (play) => { s06(play); play.until("2026-06-30 20:00"); play.tell(left("SO-1", "SH-1", "2026-07-02 14:00", 40)); },
  },
  {
    title: "S07 (a) Over-shipment, billed", leaves: [], check: stands("233.28"),
    script: (play) => { play.tell(s07, left("SO-1", "SH-1", "2026-03-02 14:00", 54)); play.until("2026-03-02 18:00"); play.decide({ rule: "OVER_SHIPMENT", consequence: "bill" }); },
  },
  {
    title: "S07 (b) Over-shipment, absorbed", leaves: [], check: stands("216.00"),
    script: (play) => { play.tell(s07, left("SO-1", "SH-1", "2026-03-02 14:00", 54)); play.until("2026-03-02 18:00"); play.decide({ rule: "OVER_SHIPMENT", consequence: "absorb" }); },
  },
  {
    title: "S07 (c) Over-shipment, corrected by the warehouse", leaves: [], check: stands("216.00"),
    script: (play) => { play.tell(s07, left("SO-1", "SH-1", "2026-03-02 14:00", 54), recounted("SO-1", "SH-1", "2026-03-02 15:00", 50)); },
  },
  {
    title: "S08 Credit larger than the open balance, restocking fee", leaves: [], mayLeave: ["SLA-01"], check: both(stands("420.00"), opens("INV-1", "0.00"), opens("CM-1", "130.00")),
    script: (play) => {
      play.given(exempt); play.tell(order("SO-1").line("1", "A", 60, "10.00"), left("SO-1", "SH-1", "2026-03-02 14:00", 60)); play.until("2026-03-02 20:00");
      play.tell(pays("R-1", "2026-03-05 10:00", "550.00", { "INV-1": "550.00" })); play.until("2026-03-06 08:00");
      play.tell(...back("SO-1", "RMA-1", "2026-03-09", 20, { restockingFee: "20.00" }));
    },
  },
  {
    title: "S09 Paid in the currency of the invoice", leaves: [], check: both(stands("71.36"), opens("INV-1", "0.00")),
    script: (play) => { s09(play, "EUR", "BY", "19.99"); play.tell(pays("R-1", "2026-03-05 10:00", "71.36", { "INV-1": "71.36" }, { currency: "EUR" })); },
  },
  { title: "S09 (c) whole yen", leaves: [], check: stands("1099.00"), script: (play) => { s09(play, "JPY", "13", "333"); } },
  {
    title: "S09 (e) a receipt in another currency than its invoice", leaves: ["PAY-01"], check: both(stands("71.36"), opens("INV-1", "71.36")),
    script: (play) => { s09(play, "EUR", "BY", "19.99"); play.tell(pays("R-1", "2026-03-05 10:00", "71.36", { "INV-1": "71.36" })); },
  },
  {
    title: "S10 Kit partly shipped", leaves: [], check: stands("1080.00"),
    script: (play) => { play.tell(kit, pieces("SH-1", "2026-03-02 14:00", { A: 10, B: 14 }), pieces("SH-2", "2026-03-03 14:00", { B: 6 })); },
  },
  {
    title: "S11 Invoice posted, then shipment corrected", leaves: [], check: stands("486.00"),
    script: (play) => { s11(play); play.tell(left("SO-1", "SH-2", "2026-03-04 14:00", 2)); },
  },
  {
    title: "S11 (b) the period has closed meanwhile", isAlone: true, leaves: [], check: both(stands("453.60"), dated("credit", "2026-04-01")),
    script: (play) => {
      play.tell(order("SO-1").line("1", "A", 30, "15.00"), left("SO-1", "SH-1", "2026-03-02 14:00", 30)); play.until("2026-04-03 17:00");
      play.tell(periods(2, "2026-04-03 18:00", { "2026-03": "closed" })); play.until("2026-04-05 09:00");
      play.tell(recounted("SO-1", "SH-1", "2026-04-06 09:00", 28)); play.decide({ rule: "CREDIT_APPROVAL" }); play.decide({ rule: "PERIOD_CLOSED", consequence: "next_open_period" }); play.until("2026-04-06 12:00");
      play.tell(cancels("SO-1", "CX-1", "2026-04-06 13:00"));
    },
  },
  {
    title: "S12 Answer lost after commit", leaves: [], check: stands("1200.00"),
    script: (play) => { play.given(exempt); play.tell(order("SO-1").line("1", "A", 12, "100.00"), left("SO-1", "SH-1", "2026-03-02 14:00", 12)); },
  },
  {
    title: "S13 False credit hold, where the ledger is away", leaves: ["PAY-01"], check: stands("1580.00"),
    script: (play) => {
      play.given(exempt, credit("C-1", 1, "2026-01-01 00:00", "10000.00", "9200.00")); play.tell(order("SO-1").placed("2026-03-02 08:00").line("1", "A", 10, "50.00")); play.until("2026-03-02 09:00");
      play.tell(pays("R-1", "2026-03-02 09:10", "900.00", {}), order("SO-2").placed("2026-03-02 09:30").line("1", "B", 10, "108.00")); play.until("2026-03-02 10:00");
      play.tell(credit("C-1", 2, "2026-03-02 10:30", "10000.00", "9200.00", { unappliedReceipts: "900.00" })); play.until("2026-03-02 11:00");
      play.tell(left("SO-1", "SH-1", "2026-03-02 14:00", 10), ships("SH-2", "2026-03-02 14:00", [{ order: "SO-2", line: "1", item: "B", quantity: 10 }]));
    },
  },
  {
    title: "S13 Two orders of 600.00 against 1,000.00 free", leaves: ["CREDIT_LIMIT"], check: stands("0.00"),
    script: (play) => {
      play.given(exempt, credit("C-1", 1, "2026-01-01 00:00", "10000.00", "9000.00")); play.tell(order("SO-1").line("1", "A", 10, "60.00")); play.until("2026-03-02 09:30");
      play.tell(order("SO-2").placed("2026-03-02 10:00").line("1", "B", 10, "60.00")); play.until("2026-03-02 11:00");
    },
  },
  {
    title: "S14 Deposit and two shipments", leaves: [], check: both(stands("2160.00"), opens("INV-2", "864.00")),
    script: (play) => {
      play.tell(order("SO-1").line("1", "A", 10, "200.00")); play.until("2026-03-02 12:00");
      play.tell(pays("R-1", "2026-03-02 13:00", "648.00", {}, { order: "SO-1" })); play.until("2026-03-02 13:30");
      play.tell(left("SO-1", "SH-1", "2026-03-02 14:00", 6)); play.until("2026-03-02 20:00");
      play.tell(left("SO-1", "SH-2", "2026-03-03 14:00", 4));
    },
  },
  {
    title: "S14 All of it in advance", leaves: [], check: both(stands("2160.00"), opens("INV-1", "0.00"), opens("INV-2", "0.00")),
    script: (play) => {
      play.tell(order("SO-1").line("1", "A", 10, "200.00").with({ terms: "advance" })); play.until("2026-03-02 12:00");
      play.check((world) => { assert.deepEqual(world.holds().map(({ rule, amount }) => [rule, amount]), [["PREPAYMENT_DUE", "2160.00"]]); });
      play.tell(pays("R-1", "2026-03-02 13:00", "2160.00", { "SO-1": "2160.00" })); play.until("2026-03-02 13:30");
      play.tell(left("SO-1", "SH-1", "2026-03-02 14:00", 6)); play.until("2026-03-02 20:00");
      play.tell(left("SO-1", "SH-2", "2026-03-03 14:00", 4));
    },
  },
  {
    title: "S17 One receipt, many invoices", leaves: [], check: both(stands("1490.00"), opens("INV-1", "0.00"), opens("INV-2", "0.00"), opens("INV-3", "0.00")),
    script: (play, of) => {
      play.given(exempt);
      for (const [number, day, amount] of [["1", "02", "600.00"], ["2", "03", "750.00"], ["3", "04", "140.00"]] as const) { play.tell(...s17(`SO-${number}`, `2026-03-${day} 09:00`, amount, `SH-${number}`)); play.until(`2026-03-${day} 18:00`); }
      const check = pays("R-1", "2026-03-20 10:00", "1500.00", { "INV-1": "600.00", "INV-2": "750.00", "INV-33": "150.00" }, { means: "check" });
      play.tell(check, check); play.until("2026-03-20 14:00");
      play.tell(overlays({ entity: "US01", kind: "receipt", key: "R-1" }, "D-O1", "2026-03-20 15:00", "R-1", "remittance.2.document", of("INV-3")));
    },
  },
  {
    title: "S17 as long as nobody says what INV-33 is", leaves: ["PAY-01"], check: both(stands("1350.00"), opens("INV-1", "0.00"), opens("INV-2", "0.00")),
    script: (play) => {
      play.given(exempt);
      for (const [number, day, amount] of [["1", "02", "600.00"], ["2", "03", "750.00"]] as const) { play.tell(...s17(`SO-${number}`, `2026-03-${day} 09:00`, amount, `SH-${number}`)); play.until(`2026-03-${day} 18:00`); }
      play.tell(pays("R-1", "2026-03-20 10:00", "1500.00", { "INV-1": "600.00", "INV-2": "750.00", "INV-33": "150.00" }, { means: "check" }));
    },
  },
  {
    title: "S18 Card: captured at each shipment, a return goes back by the same card", leaves: [], check: stands("583.20"),
    script: (play) => { carded(play); play.tell(pays("R-1", "2026-03-02 21:00", "648.00", { "INV-1": "518.40", "INV-2": "129.60" }, { means: "card", order: "SO-1", authorisation: "AUTH-1" })); play.until("2026-03-03 09:00"); play.tell(...back("SO-1", "RMA-1", "2026-03-05", 1)); },
  },
  {
    title: "S18 Card: disputed, and won", leaves: [], check: both(stands("648.00"), opens("INV-1", "0.00")),
    script: (play) => {
      const said = (version: number, day: string, reversed: boolean) => ({ ...pays("CH-1", `2026-03-${day} 21:00`, "648.00", {}, { means: "card", order: "SO-1", authorisation: "AUTH-1", version, reversed, receivedOn: "2026-03-02" }), source: "pay" });
      carded(play); play.tell(said(1, "02", false)); play.until("2026-03-04 09:00"); play.tell(said(2, "05", true)); play.until("2026-03-06 09:00"); play.tell(said(3, "07", false)); play.until("2026-03-09 09:00");
    },
  },
  { title: "S20 (a) cases of 24", leaves: [], check: stands("177.00"), script: (play) => { play.given(exempt, cases); play.tell(order("SO-1").line("1", "A", 5, "36.00", { unit: "CS" }), left("SO-1", "SH-1", "2026-03-02 14:00", 118)); } },
  { title: "S20 (b) a case in two parts", leaves: [], check: stands("10.00"), script: (play) => { play.given(exempt, cases); play.tell(order("SO-1").line("1", "A", 1, "10.00", { unit: "DZ" }), left("SO-1", "SH-1", "2026-03-02 14:00", 7), left("SO-1", "SH-2", "2026-03-03 14:00", 5)); } },
  {
    title: "S20 (c) catch weight", leaves: [], check: stands("259.84"),
    script: (play) => {
      const weighed = (weights: (string | undefined)[], version: number) => ships("SH-1", `2026-03-02 1${3 + version}:00`, weights.map((weight): Goods => ({ order: "SO-1", line: "1", item: "A", quantity: 1, ...(weight ? { weight } : {}) })), version, { shippedAt: at("2026-03-02 14:00") });
      play.given(exempt, item("A", { baseUnit: "CS", weightRequired: true })); play.tell(order("SO-1").line("1", "A", 4, "3.25", { unit: "CS", secondQuantity: { nominal: "80", unit: "LB" } }), weighed(["19.6", "20.4", undefined, "18.85"], 1), weighed(["19.6", "20.4", "21.1", "18.85"], 2));
    },
  },
  { title: "S20 (d) a price for a thousand", leaves: [], check: stands("46.88"), script: (play) => { play.given(exempt); play.tell(order("SO-1").line("1", "A", 2500, "18.75", { priceUnit: "1000" }), left("SO-1", "SH-1", "2026-03-02 14:00", 2500)); } },
  {
    title: "S20 (e) a unit that nobody knows", leaves: [], check: stands("29.00"),
    script: (play) => {
      play.given(exempt, item("A")); play.tell(order("SO-1").line("1", "A", 2, "12.00", { unit: "BX" }).line("2", "B", 1, "5.00")); play.until("2026-03-02 12:00");
      play.tell({ ...item("A", { units: [{ unit: "BX", numerator: 6, denominator: 1 }] }, 2), at: at("2026-03-02 13:00") }, ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 12 }, { order: "SO-1", line: "2", item: "B", quantity: 1 }]));
    },
  },
  { title: "S21 Sample, substitution", leaves: [], check: stands("129.60"), script: (play) => { play.given(item("A2")); play.tell(...s21(true)); } },
  { title: "S21 (b) substitution not allowed", leaves: ["SHP-02"], check: both(stands("77.76"), (world) => { assert.deepEqual(totals(world), ["77.76"]); }), script: (play) => { play.given(item("A2")); play.tell(...s21(false)); } },
  {
    title: "S22 (a) shipped in March, told before its soft close", isAlone: true, leaves: [], check: both(stands("4000.00"), dated("invoice", "2026-03-31")),
    script: (play) => { s22(play); play.until("2026-04-01 08:00"); play.tell(s22ships("2026-04-01 09:00")); play.until("2026-04-01 17:00"); play.tell(closesMarch); play.until("2026-04-01 19:00"); },
  },
  {
    title: "S22 (b) the same, told after it", isAlone: true, leaves: [], check: both(stands("4000.00"), dated("invoice", "2026-04-01")),
    script: (play) => { s22(play); play.until("2026-04-01 17:00"); play.tell(closesMarch); play.until("2026-04-02 09:00"); play.tell(s22ships("2026-04-02 10:00")); play.decide({ rule: "PERIOD_CLOSED", consequence: "next_open_period" }); },
  },
  {
    title: "S22 (c) title at destination", isAlone: true, leaves: [], check: both(stands("7500.00"), dated("invoice", "2026-04-02")),
    script: (play) => {
      play.given(exempt); play.tell(order("SO-1").placed("2026-03-30 09:00").line("1", "A", 75, "100.00").with({ titleTransfer: "destination" }), left("SO-1", "SH-1", "2026-03-30 14:00", 75)); play.until("2026-04-02 09:00");
      play.tell(event("shipment.delivered", at("2026-04-02 10:00"), { shipment: "SH-1", version: 1, state: "delivered", at: at("2026-04-02 10:00") }));
    },
  },
  {
    title: "S23 Exemption certificate that ended: billed with tax", isAlone: true, leaves: [], check: both(stands("1070.00"), opens("INV-1", "0.00")),
    script: (play) => {
      play.given(customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "TN", validFrom: "2020-01-01", validTo: "2026-05-31" }] }));
      play.tell(order("SO-1").placed("2026-06-01 09:00").line("1", "A", 10, "100.00").state("TN"), left("SO-1", "SH-1", "2026-06-03 14:00", 10)); play.until("2026-06-03 20:00");
      play.decide({ rule: "EXEMPTION_CERTIFICATE", consequence: "bill_with_tax" }); play.until("2026-06-04 09:00"); play.tell(pays("R-1", "2026-06-22 10:00", "1070.00", { "INV-1": "1070.00" }));
    },
  },
];

export const scenarios = told.map((scenario): ScenarioTold => ({ ...scenario, isNamed: true }));
