import { dec, zero } from "../decimal";
import { amountOf, byDay, byKey, compared, daysApart, groupKeyOf, type BookDocument, type Loose, type Match, type Paired, type RuleName, type Tolerance, type Tolerances } from "./documents";
import { equalSubsets, subsetOf, type Bounds } from "./subsets";

/** Of documents near in time so many are looked at for one sum. */
const nearest = 16;
const oneSum: Bounds = { parts: 5, steps: 8_000 };
const manySums: Bounds = { parts: 3, steps: 2_000 };
/** Sums that one block may ask for, so that a block of nothing but loose ends is over in time. */
const mostSums = 400;
/** Amounts near one another that are compared with one document. */
const mostCompared = 40;

const days = (count: number): string => (count === 0 ? "the same day" : `${count} ${count === 1 ? "day" : "days"} apart`);
const widest = (documents: readonly BookDocument[]): number => { const sorted = documents.toSorted(byDay), [first] = sorted, last = sorted.at(-1); return first && last ? daysApart(first, last) : 0; };

/** Documents of one block that no identifier joined: who is still free, and what was refused before. */
class Bench {
  readonly matches: Match[] = [];
  private readonly free: Set<BookDocument>;
  private readonly declined: ReadonlySet<string>;

  constructor(block: readonly Loose[], declined: ReadonlySet<string>) {
    this.free = new Set(block.map(({ document }) => document).toSorted(byDay));
    this.declined = declined;
  }
  side(side: "a" | "b"): BookDocument[] { return [...this.free].filter((row) => row.side === side); }
  isFree(row: BookDocument): boolean { return this.free.has(row); }
  /** False where a person refused just this. */
  suggest(rule: RuleName, a: readonly BookDocument[], b: readonly BookDocument[], tolerance: string, because: readonly string[]): boolean {
    if (this.declined.has(groupKeyOf({ a, b }))) return false;
    const { result, words } = compared(a, b, tolerance);
    this.matches.push({ rule, result, certain: false, a: a.toSorted(byKey), b: b.toSorted(byKey), because: [...because, ...words] });
    for (const row of [...a, ...b]) this.free.delete(row);
    return true;
  }
  rest(block: readonly Loose[]): Loose[] { return block.filter(({ document }) => this.free.has(document)); }
}

/** One party's documents in one currency: one to one, then one to many either way, then many to many. All are suggestions. */
export function suggestOfParty(block: readonly Loose[], { oneToOne, sums }: Tolerances, declined: ReadonlySet<string>): Paired {
  const bench = new Bench(block, declined);
  pairSame(bench, "one_to_one", oneToOne, ["same party"]);
  pairNear(bench, oneToOne);
  gather(bench, "a", sums.days);
  gather(bench, "b", sums.days);
  joinMany(bench, sums.days);
  return { matches: bench.matches, rest: bench.rest(block) };
}

/** The same amount in one currency, whoever the party is: only one to one. */
export function suggestOfAmount(block: readonly Loose[], { oneToOne }: Tolerances, declined: ReadonlySet<string>): Paired {
  const bench = new Bench(block, declined);
  pairSame(bench, "same_amount", oneToOne, []);
  return { matches: bench.matches, rest: bench.rest(block) };
}

const figure = ({ amount }: BookDocument): string => dec(amount).toFixed();
const rivals = (there: readonly BookDocument[], chosen: BookDocument): string[] => { const other = there.find((row) => row !== chosen); return other ? [`${other.label} fits just as well`] : []; };
const parties = (one: BookDocument, other: BookDocument): string[] => (one.party === other.party ? [] : [`party ${one.party ?? "unknown"} on side A, ${other.party ?? "unknown"} on side B`]);

/** The same amount to the cent: on the same day first, then the earliest within the days. */
function pairSame(bench: Bench, rule: RuleName, { days: most }: Tolerance, because: readonly string[]): void {
  for (const within of [0, most]) {
    const there = Map.groupBy(bench.side("b"), figure);
    for (const row of bench.side("a")) {
      const bucket = there.get(figure(row)) ?? [];
      // both are in the order of their days: what lies too far before this row lies so before all that follow
      while (bucket[0] && bucket[0].day < row.day && daysApart(row, bucket[0]) > within) bucket.shift();
      const near = bucket.slice(0, mostCompared).filter((other) => daysApart(row, other) <= within);
      for (const other of near)
        if (bench.suggest(rule, [row], [other], "0", [...because, days(daysApart(row, other)), ...parties(row, other), ...rivals(near, other)])) { bucket.splice(bucket.indexOf(other), 1); break; }
    }
  }
}

/** Amounts within the tolerance: the nearest amount, then the nearest day. */
function pairNear(bench: Bench, { amount: tolerance, days: most }: Tolerance): void {
  if (dec(tolerance).isZero()) return;
  const there = bench.side("b").toSorted((one, other) => dec(one.amount).cmp(other.amount) || byDay(one, other));
  for (const row of bench.side("a")) {
    const from = firstAtLeast(there, dec(row.amount).minus(tolerance)), near: BookDocument[] = [];
    for (let index = from; index < there.length && near.length < mostCompared; index += 1) {
      const other = there[index];
      if (!other || dec(other.amount).minus(row.amount).gt(tolerance)) break;
      if (bench.isFree(other) && daysApart(row, other) <= most) near.push(other);
    }
    const off = (other: BookDocument) => dec(other.amount).minus(row.amount).abs();
    for (const other of near.toSorted((one, two) => off(one).cmp(off(two)) || daysApart(row, one) - daysApart(row, two) || byDay(one, two)))
      if (bench.suggest("one_to_one", [row], [other], tolerance, ["same party", days(daysApart(row, other)), ...rivals(near, other)])) break;
  }
}

function firstAtLeast(rows: readonly BookDocument[], least: ReturnType<typeof dec>): number {
  let [low, high] = [0, rows.length];
  while (low < high) { const middle = (low + high) >> 1; if (dec(rows[middle]?.amount ?? "0").lt(least)) low = middle + 1; else high = middle; }
  return low;
}

const nearTo = (row: BookDocument, others: readonly BookDocument[], most: number): BookDocument[] =>
  others.filter((other) => daysApart(row, other) <= most && !dec(other.amount).isZero() && dec(other.amount).isNegative() === dec(row.amount).isNegative())
    .toSorted((one, two) => daysApart(row, one) - daysApart(row, two) || byDay(one, two)).slice(0, nearest).toSorted(byDay);

/** One document of `side` that several of the other make up, to the cent. */
function gather(bench: Bench, side: "a" | "b", most: number): void {
  const targets = bench.side(side).toSorted((one, other) => dec(other.amount).abs().cmp(dec(one.amount).abs()) || byDay(one, other)).slice(0, mostSums);
  for (const target of targets) {
    const near = nearTo(target, bench.side(side === "a" ? "b" : "a"), most), found = subsetOf(near.map(({ amount }) => dec(amount)), dec(target.amount), oneSum);
    if (!found) continue;
    const many = found.indices.flatMap((index) => near[index] ?? []), words = ["same party", `${many.length} on side ${side === "a" ? "B" : "A"} sum to one on side ${side === "a" ? "A" : "B"}`, `within ${days(widest([target, ...many]))}`, ...(found.unique ? [] : ["another sum fits just as well"])];
    bench.suggest("one_to_many", side === "a" ? [target] : many, side === "a" ? many : [target], "0", words);
  }
}

/** Several of either side with one sum, among those that lie near in time. */
function joinMany(bench: Bench, most: number): void {
  for (let asked = 0; asked < mostSums; asked += 1) {
    const a = bench.side("a"), start = a[asked];
    if (!start) return;
    const own = [start, ...nearTo(start, a.slice(asked + 1), most)].slice(0, nearest), there = nearTo(start, bench.side("b"), most);
    const found = equalSubsets(own.map(({ amount }) => dec(amount)), there.map(({ amount }) => dec(amount)), manySums);
    if (!found) continue;
    const [many, others] = [found.a.flatMap((index) => own[index] ?? []), found.b.flatMap((index) => there[index] ?? [])];
    if (amountOf(many).minus(amountOf(others)).eq(zero) && bench.suggest("many_to_many", many, others, "0", ["same party", `${many.length} on side A sum to ${others.length} on side B`, `within ${days(widest([...many, ...others]))}`])) asked -= 1;
  }
}
