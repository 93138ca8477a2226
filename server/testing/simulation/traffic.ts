import fc from "fast-check";
import { everyHappening, livesOf, tellingsOf, type Happening, type Life } from "@/server/domain/scenarios/lives";
import { dec, text } from "@/server/domain/decimal";
import { roundMoney } from "@/server/domain/money";
import { cancels, credit, customer, item, order, periods, ships, type Told } from "../world/builders";
import { scenarios } from "./scenarios";
import type { Chance } from "./scheduler";
import { storyOf, type Story } from "./story";

/** Known to everybody long before. */
export const masters = (): Told[] => [
  periods(1, "2026-01-01 00:00"), ...["C-1", "C-2"].flatMap((code) => [customer(code), credit(code, 1, "2026-01-01 00:00", "900000000.00", "0.00")]), ...["I1", "I2", "I3"].map((code) => item(code)),
];
/** When all that happened on that day is told. */
const evening = "2026-03-02T21:00:00.000Z";
const noNames: ReadonlyMap<string, string> = new Map();
const when = (minute: number): string => `2026-03-02 1${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;

/** An order of which some leaves in up to three shipments, perhaps counted again, and the rest is cancelled: what is owed is plain arithmetic. */
function plainStory(number: string, chance: Chance): Story {
  const lines = Array.from({ length: 1 + chance(3) }, (_, index) => ({ line: String(index + 1), item: `I${index + 1}`, quantity: 1 + chance(20), price: ((1 + chance(9_999)) / 100).toFixed(2), left: 0 }));
  const freight = chance(2) === 0 ? ((100 + chance(3_000)) / 100).toFixed(2) : null;
  const placed = order(number).placed("2026-03-02 09:00");
  for (const { line, item: code, quantity, price } of lines) placed.line(line, code, quantity, price);
  if (freight) placed.charge("freight", freight);
  const told: Told[] = [placed.build()];
  if (chance(4) === 0) { const first = lines[0]!; first.price = ((1 + chance(9_999)) / 100).toFixed(2); told.push(placed.change("2026-03-02 09:30", (data) => { data.lines[0]!.price = first.price; }).build()); }
  for (let shipment = 1, most = 1 + chance(3); shipment <= most; shipment++) {
    const goods = lines.flatMap((line) => {
      const open = line.quantity - line.left, part = shipment === most && chance(3) > 0 ? open : chance(open + 1);
      line.left += part;
      return part > 0 ? [{ order: number, line: line.line, item: line.item, quantity: part }] : [];
    });
    if (goods.length === 0) continue;
    told.push(ships(`SH-${shipment}.${number}`, when(shipment * 10), goods));
    if (chance(6) > 0) continue;
    const counted = goods[0]!, missing = chance(counted.quantity + 1), line = lines.find((each) => each.line === counted.line)!;
    line.left -= missing;
    told.push(ships(`SH-${shipment}.${number}`, when(shipment * 10 + 5), goods.map((each) => (each === counted ? { ...each, quantity: each.quantity - missing } : each)), 2, { shippedAt: `2026-03-02T1${Math.floor(shipment / 6)}:${String((shipment * 10) % 60).padStart(2, "0")}:00.000Z` }));
  }
  const isBilled = lines.some(({ left }) => left > 0);
  return {
    suffix: null, answers: null, excess: "bill", leaves: [], mayLeave: [], names: noNames, what: `${number}: ${lines.map(({ line, quantity, price, left }) => `line ${line} ${left} of ${quantity} at ${price}`).join(", ")}${freight ? `, freight ${freight}` : ""}`, isShared: false,
    chapters: [{ from: evening, told, until: null }, { from: evening, told: [cancels(number, `CX.${number}`, "2026-03-02 14:00")], until: null }],
    expected: {
      lines: Object.fromEntries(lines.filter(({ left }) => left > 0).map(({ line, left, price }) => [`${number}/${line}`, { quantity: text(dec(left)), net: roundMoney(dec(left).times(price), "USD").toFixed(2) }])),
      charges: freight && isBilled ? { freight } : {},
    },
  };
}

/** Whether a change came too late is the order of arrival itself (2.8); so is under which of its names money waits for people that fits nothing. */
const orderOfArrival = ["ORD-04", "SEQ-01", "PAY-01", "PAY-02", "REF-01"];
/** What happens in lives of one kind. Money comes late, in part, too much, bounces and goes back; cards are captured and given back. */
const kinds: { arbitrary: fc.Arbitrary<Life>; what: string }[] = [
  { what: "corrections", arbitrary: livesOf(["price", "recounts", "cancels", "returns"] satisfies Happening["what"][], false).map((life) => ({ ...life, card: false, headerDiscount: 0, freight: { ...life.freight, cents: 0, second: 0 } })) },
  { what: "money", arbitrary: livesOf(["pays", "pays", "refunds", "returns", "cancels"], false) },
  // The stand-in's ledger puts money where its payer is: with a bill-to that moves it would owe on one account and own on another.
  { what: "everything", arbitrary: livesOf(everyHappening.filter((happening) => happening !== "billTo"), false) },
  { what: "parties", arbitrary: livesOf(["billTo", "moves", "price", "recounts", "cancels"], false).map((life) => ({ ...life, card: false })) },
];

/** A made-up life of the scenarios; what must stand is known by telling it in order to the planners alone. */
function lifeStory(index: number, chance: Chance): Story {
  const { arbitrary, what } = kinds[chance(kinds.length)]!, [sampled] = fc.sample(arbitrary, { seed: chance(1 << 30), numRuns: 1 });
  const life: Life = { ...sampled!, completes: true };
  const title = `SO-1.${index + 1}, a life of ${what}: ${life.happenings.map((happening) => happening.what).join(", ")}`;
  return storyOf({ title, isShared: true, mayLeave: orderOfArrival, answers: "yes", excess: life.excess, script: (play) => { play.tell(...tellingsOf(life)); play.until("2026-03-02 20:00"); play.tell(cancels("SO-1", "CX-all", "2026-03-02 20:30")); play.until("2026-03-03 08:00"); } }, `.${index + 1}`, evening);
}

/** One seed in six plays scenarios by name, beside or instead of other orders; every eighth order lives a life of its own. */
export function storiesOf(chance: Chance, orders: number): Story[] {
  const stories = Array.from({ length: orders }, (_, index) => (chance(8) === 0 ? lifeStory(index, chance) : plainStory(`SO-${index + 1}`, chance)));
  const chosen = chance(6) === 0 ? Array.from({ length: 1 + chance(3) }, () => scenarios[chance(scenarios.length)]!) : [], alone = chosen.find(({ isAlone }) => isAlone);
  if (alone) return [storyOf(alone, ".1")];
  const named = chosen.map((scenario, index) => storyOf(scenario, `.${orders + index + 1}`));
  return named.length > 0 && chance(2) === 0 ? named : [...stories, ...named];
}
