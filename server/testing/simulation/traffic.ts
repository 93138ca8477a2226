import fc from "fast-check";
import { livesOf, playLife, tellingsOf, type Happening, type Life } from "@/server/domain/scenarios/lives";
import { dec, text } from "@/server/domain/decimal";
import { roundMoney } from "@/server/domain/money";
import { planners } from "@/server/domain/planners";
import { cancels, credit, customer, item, order, periods, ships, type Told } from "../world/builders";
import { tellInOrder } from "../world/play";
import { netPosted } from "../world/readings";
import type { Chance } from "./scheduler";

/** Net by order line and by charge. */
export interface Net { lines: Record<string, { quantity: string; net: string }>; charges: Record<string, string> }
/** An order and all that is told of it: each phase when the one before has come to rest. `expected`: what must stand in the ledger in the end. */
export interface Story { number: string; what: string; phases: Told[][]; expected: Net; /** Known by an independent run of the same words, which rounds what is shared by the order of arrival. */ isShared: boolean }

export const masters = (): Told[] => [
  periods(1, "2026-01-01 00:00"), ...["C-1", "C-2"].flatMap((code) => [customer(code), credit(code, 1, "2026-01-01 00:00", "900000000.00", "0.00")]), ...["I1", "I2", "I3"].map((code) => item(code)),
];
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
    number, what: `${number}: ${lines.map(({ line, quantity, price, left }) => `line ${line} ${left} of ${quantity} at ${price}`).join(", ")}${freight ? `, freight ${freight}` : ""}`, isShared: false,
    phases: [told, [cancels(number, `CX.${number}`, "2026-03-02 14:00")]],
    expected: {
      lines: Object.fromEntries(lines.filter(({ left }) => left > 0).map(({ line, left, price }) => [`${number}/${line}`, { quantity: text(dec(left)), net: roundMoney(dec(left).times(price), "USD").toFixed(2) }])),
      charges: freight && isBilled ? { freight } : {},
    },
  };
}

const happenings: Happening["what"][] = ["price", "recounts", "cancels", "returns"];
const names = /"(SO-1|SH-\d+|RMA-\d+|CX-\w+|R-\d+|OV-\d+)"/g;

/** A made-up life of the scenarios; what must stand is known by telling it in order to the planners alone. */
function lifeStory(number: string, seed: number): Story {
  const [sampled] = fc.sample(livesOf(happenings, false), { seed, numRuns: 1 });
  const life: Life = { ...sampled!, completes: true, card: false, headerDiscount: 0, freight: { ...sampled!.freight, cents: 0, second: 0 }, happenings: sampled!.happenings.map((each) => (each.what === "ships" ? { ...each, over: 0 } : each)) };
  const straight = netPosted(tellInOrder(playLife(life), { planners }));
  const told = JSON.parse(JSON.stringify(tellingsOf(life)).replace(names, (_, name: string) => (name === "SO-1" ? `"${number}"` : `"${name}.${number}"`))) as Told[];
  return {
    number, what: `${number}: a life of ${life.happenings.map(({ what }) => what).join(", ")}`, phases: [told, [cancels(number, `CX.${number}`, "2026-03-02 20:30")]], isShared: true,
    expected: { lines: Object.fromEntries(Object.entries(straight.lines).map(([line, row]) => [line.replace("SO-1", number), row])), charges: straight.charges },
  };
}

/** Every eighth order lives a life of its own. */
export function storiesOf(chance: Chance, orders: number): Story[] {
  return Array.from({ length: orders }, (_, index) => {
    const number = `SO-${index + 1}`, seed = chance(1 << 30);
    return chance(8) === 0 ? lifeStory(number, seed) : plainStory(number, chance);
  });
}
