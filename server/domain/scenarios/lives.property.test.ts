import fc from "fast-check";
import { expect, test } from "vitest";
import { cancels } from "../../testing/world/builders";
import { ledgerDrifts } from "../../testing/world/books";
import { tellInOrder, tellShuffled } from "../../testing/world/play";
import { describeWorld, netPosted, type NetPosted } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { dec, sumOf } from "../decimal";
import { planners } from "../planners";
import { plansOnce, runsOf, sameNet, soundState } from "./harness";
import { everyHappening, livesOf, playLife, type Happening, type Life } from "./lives";

/**
 * Whatever happens to an order, in three orders of arrival: the same facts come to the same net posted for each line and charge
 * (2.9, invariant 10), every state is sound, the ledger agrees item by item, and planning twice adds nothing. SCENARIO_RUNS=3000
 * tries that many lives of each kind.
 */
const kinds: Record<string, { what: Happening["what"][]; weighed?: boolean; allowances?: boolean }> = {
  "header discounts and prices": { what: ["price", "headerDiscount", "lineDiscount", "recounts"] },
  "charges that come, go and change": { what: ["freight", "retaxes", "price", "recounts", "cancels", "adds"] },
  "weighed goods": { what: ["price", "headerDiscount", "recounts", "cancels"], weighed: true },
  "returns between corrections": { what: ["returns", "returns", "price", "headerDiscount", "recounts"] },
  "more of something": { what: ["more", "adds", "returns", "cancels"] },
  "allowances and returns": { what: ["returns", "returns", "cancels", "pays"], allowances: true },
  "allowances and recounts": { what: ["recounts", "recounts", "price", "more"], allowances: true },
  "allowances, returns and recounts": { what: ["returns", "recounts", "cancels"], allowances: true },
  "allowances, returns and prices": { what: ["returns", "returns", "price"], allowances: true },
  "allowances and all that moves their goods": { what: ["returns", "recounts", "cancels", "pays", "headerDiscount", "lineDiscount", "price", "more", "adds"], allowances: true },
  "all of it": { what: everyHappening },
};

/** What a charge rose by, or a discount that is shared anew, waits for the next invoice while goods are open: it is compared, with its tax, where none are. */
function compared(world: World): Net {
  const slices = [...world.store.subjects.values()].flatMap(({ ref, plan }) => (ref.kind === "order" ? (plan?.slices ?? []) : []));
  const open = slices.filter(({ bucket }) => bucket === "unallocated" || bucket === "allocated" || bucket === "released");
  const net = netOf(world), isOpen = (line: string) => open.some((slice) => `SO-1/${slice.line}` === line);
  if (open.length === 0) return net;
  const tax = sumOf(Object.entries(net.lineTax).filter(([line]) => !isOpen(line)), ([, amount]) => dec(amount)).toFixed(2);
  return { ...net, charges: {}, tax, lines: Object.fromEntries(Object.entries(net.lines).map(([line, row]) => [line, isOpen(line) ? { ...row, net: "0" } : row])) };
}
type Net = NetPosted & { /** By order line: invoice lines of which all that left came back. */ whole: Record<string, number> };
const netOf = (world: World): Net => ({ ...netPosted(world), whole: cameBackWhole(world) });
/** Read from the simulated ledger. */
function cameBackWhole({ erp: { documents } }: World): Net["whole"] {
  const off = documents.filter(({ kind, voided }) => kind !== "invoice" && !voided).flatMap(({ kind, subject, lines }) => lines.map((line) => ({ ...line, isReturn: subject.includes(":return:"), quantity: dec(line.quantity).times(kind === "credit" ? 1 : -1) })));
  const whole = documents.filter(({ kind, voided }) => kind === "invoice" && !voided).flatMap(({ lines }) => lines).filter((line) => {
    const on = off.filter(({ key }) => key === line.key), back = sumOf(on.filter(({ isReturn }) => isReturn), ({ quantity }) => quantity);
    return back.gt(0) && sumOf(on, ({ quantity }) => quantity).gte(line.quantity);
  });
  return Object.fromEntries([...Map.groupBy(whole, ({ order, line }) => `${order}/${line}`)].map(([line, rows]) => [line, rows.length]));
}
/**
 * The same net, to the cent. Only an invoice line that came back whole was credited at what it was billed at (decision 19), whatever a
 * discount that was shared anew made of it since: there, and of an allowance that is shared over them, a cent for each of the order's documents depends on which came first.
 * So does one cent for each such invoice line where a shipment was counted anew, with which every later one has its cents elsewhere.
 */
function sameLife(life: Life, actual: Net, straight: Net): void {
  const isFirst = life.allowance.billing === "first_invoice" && life.happenings.some(({ what }) => what === "returns");
  // Which invoice is the first, and with it what comes back of its allowance, is the order of arrival itself.
  if (life.allowance.percent > 0 && isFirst) { sameLife({ ...life, allowance: { ...life.allowance, percent: 0 } }, { ...actual, charges: {}, tax: "0" }, { ...straight, charges: {}, tax: "0" }); return; }
  if (life.allowance.percent > 0) {
    const apart = dec(actual.charges["promo"] ?? "0").minus(straight.charges["promo"] ?? "0").abs(), others = (net: Net) => ({ ...net, charges: Object.fromEntries(Object.entries(net.charges).filter(([charge]) => charge !== "promo")) });
    expect(apart.lte(dec("0.01").times(Math.max(actual.units, straight.units))), `promo: ${apart.toFixed(2)} apart`).toBe(true);
    if (Object.keys(actual.charges).length > 0 || Object.keys(straight.charges).length > 0) { sameLife({ ...life, allowance: { ...life.allowance, percent: 0 } }, others(actual), others(straight)); return; }
  }
  const has = (...whats: Happening["what"][]) => life.happenings.some(({ what }) => whats.includes(what));
  const returned = new Set(life.happenings.flatMap((each) => (each.what === "returns" ? [`SO-1/${(each.line % life.lines.length) + 1}`] : [])));
  const shared = has("more", "adds", "headerDiscount", "lineDiscount", "cancels"), recounted = has("recounts");
  const most = new Map([...returned].map((line) => [line, shared ? Math.max(actual.units, straight.units) : recounted ? Math.max(actual.whole[line] ?? 0, straight.whole[line] ?? 0) : 0]));
  const strict = (net: Net): Net => ({ ...net, lines: Object.fromEntries(Object.entries(net.lines).map(([line, row]) => [line, (most.get(line) ?? 0) > 0 ? { ...row, net: "0" } : row])) });
  sameNet(strict(actual), strict(straight));
  for (const [line, cents] of most) {
    const apart = dec(actual.lines[line]?.net ?? "0").minus(straight.lines[line]?.net ?? "0").abs();
    expect(apart.lte(dec("0.01").times(cents)), `${line}: ${apart.toFixed(2)} apart`).toBe(true);
  }
}

/** Then what is open is cancelled, and whoever asks is answered yes. */
function complete(life: Life, world: World): void {
  world.advance("2026-03-02 22:00");
  world.tell(cancels("SO-1", "CX-all", "2026-03-02 22:30"));
  for (const author of ["ann", "bob", "ann", "bob"])
    for (const { rule, slot, subject } of world.holds()) world.decide({ rule, author, where: (hold) => hold.slot === slot && hold.subject === subject, ...(rule === "OVER_SHIPMENT" ? { consequence: life.excess } : {}) });
  soundState(world);
}
/** The provider gives back no more than came by the card, and was asked for no more. The stand-in's ledger puts money where its payer is; a life in which the bill-to moves has two. */
const agrees = (life: Life, world: World) => {
  expect(world.commands("refund_payment").filter(({ state }) => state === "rejected").map(({ payload }) => payload["amount"]), describeWorld(world)).toEqual([]);
  if (!life.happenings.some(({ what }) => what === "billTo")) expect(ledgerDrifts(world), describeWorld(world)).toEqual([]);
};

test.each(Object.entries(kinds))("%s", (_, { what, weighed = false, allowances = false }) => {
  fc.assert(fc.property(livesOf(what, weighed, allowances), fc.integer({ min: 1, max: 1_000_000 }), (life, seed) => {
    const straight = tellInOrder(playLife(life), { planners }, (world) => { soundState(world); });
    plansOnce(straight);
    agrees(life, straight);
    const before = compared(straight);
    complete(life, straight);
    for (const number of [seed, seed + 1]) {
      const world = tellShuffled(playLife(life), number, { planners, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } });
      sameLife(life, compared(world), before);
      plansOnce(world);
      agrees(life, world);
      complete(life, world);
      sameLife(life, netOf(world), netOf(straight));
    }
  }), { numRuns: runsOf(25) });
}, 3_600_000);
