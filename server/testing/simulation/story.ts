import { planners } from "@/server/domain/planners";
import { credit, customer, isLater, item, settled, type Later, type Sayable, type Told } from "../world/builders";
import { at } from "../world/builders";
import { tellInOrder, type Play } from "../world/play";
import { netPosted, troubles, type NetPosted } from "../world/readings";
import type { Rate } from "../world/targets/tax";
import { defaultRates } from "../world/targets/tax";
import type { Decision, World } from "../world/world";

/** What is told between two fences, in any order; told from `from` on, and nothing after it before `until`. */
export interface Chapter { from: string | null; told: (Told | Later)[]; until: string | null }
/** A standing instruction to people, from a chapter on. */
export interface Answer { decision: Decision; chapter: number }

/** Something that is told of a few documents, and what must stand in the end. */
export interface Story {
  /** Its orders, receipts and returns are called so at their end; null: they are named as no other is. */
  suffix: string | null; what: string; chapters: Chapter[];
  /** Null: whoever asks is answered yes. */
  answers: Answer[] | null;
  /** What becomes of goods that left without being ordered, where the answer is yes. */
  excess: "bill" | "absorb";
  /** What must stand in the ledger, by order line and by charge. */
  expected: Pick<NetPosted, "lines" | "charges">;
  /** Its net is shared, and depends by a cent on the order of arrival (2.9, invariant 10). */
  isShared: boolean;
  /** Codes of the exceptions and holds that are its point: these are left to people, and nothing else. */
  leaves: readonly string[];
  /** Codes that it may leave to people, as the words come. */
  mayLeave: readonly string[];
  /** Documents get the numbers that the story knows them by. */
  names: ReadonlyMap<string, string>;
}

/** Whose documents these are; null: they are named as no other's. */
export function storyAbout(stories: readonly Story[], subject: string): Story | null {
  const suffix = /\.\d+(?=\/|:|$)/.exec(subject)?.[0];
  return suffix === undefined ? null : (stories.find((story) => story.suffix === suffix) ?? null);
}

/** Rates of every story: one that needs its own ships to a state of its own. */
export const rates: Rate[] = [
  ...defaultRates,
  { state: "WI", category: "*", rate: "0.07", from: "2000-01-01" }, { state: "WI", category: "*", rate: "0.075", from: "2026-02-01" },
  { state: "TN", category: "*", rate: "0.07", from: "2000-01-01" }, { state: "BY", category: "*", rate: "0.19", from: "2000-01-01" }, { state: "13", category: "*", rate: "0.1", from: "2000-01-01" },
  { state: "MN", category: "*", rate: "0.06", from: "2000-01-01" }, { state: "MN", category: "*", rate: "0.065", from: "2026-07-01" },
];

const naming = new Set(["number", "order", "shipment", "return", "receipt", "invoice", "document", "authorisation", "cancellation", "customer", "payer", "sellTo", "billTo", "shipTo", "creditAccount", "account", "item", "component", "key"]);
/** The same words about documents, customers and goods of the story's own. */
function renamed<T>(value: T, suffix: string): T {
  if (Array.isArray(value)) return value.map((entry: unknown) => renamed(entry, suffix)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]: [string, unknown]) => [name, typeof entry === "string" && naming.has(name) ? entry + suffix : renamed(entry, suffix)])) as T;
}

/** Masters that the words take for granted: active customers with much credit, and items. */
function mastersOf(told: readonly Told[]): Told[] {
  const known = new Set(told.map(({ type, data }) => `${type}/${String((data as Record<string, unknown>)[type.split(".")[0] === "credit" ? "account" : (type.split(".")[0] ?? "")])}`)), made: Told[] = [];
  const add = (name: string, master: () => Told): void => { if (!known.has(name)) { known.add(name); made.push(master()); } };
  for (const { data } of told) {
    const { lines = [], parties = {} } = data as { lines?: { item?: string; components?: { item: string }[] }[]; parties?: Record<string, string> };
    for (const code of lines.flatMap((line) => [line.item, ...(line.components ?? []).map(({ item: component }) => component)])) if (code) add(`item.described/${code}`, () => item(code));
    for (const code of Object.values(parties)) { add(`customer.described/${code}`, () => customer(code)); add(`credit.positioned/${code}`, () => credit(code, 1, "2026-01-01 00:00", "900000000.00", "0.00")); }
  }
  return made;
}

/** A script, as tests of the domain have them; `of` gives names as the story has them, for what is asked of a system. */
export type StoryScript = (play: Play, of: (name: string) => string) => void;
export interface ScenarioTold { title: string; script: StoryScript; leaves?: readonly string[]; mayLeave?: readonly string[]; isShared?: boolean; /** Looks at the run in order, which is what the simulated one must come to. */ check?: (world: World, of: (name: string) => string) => void; /** Whoever asks is answered yes. */ answers?: "yes"; /** It is told more than once, always just so. */ isNamed?: true; /** In another season than others, whose invoices would be past due by then. */ isAlone?: true; excess?: "bill" | "absorb" }

interface Straight { expected: Story["expected"]; left: string[]; names: ReadonlyMap<string, string> }
/** What a script comes to when it is told in order to the planners alone, without a pipeline and without faults. */
function straightOf({ script, check, answers, excess }: ScenarioTold, say: (thing: Sayable) => Sayable, of: (name: string) => string, suffix: string): Straight {
  const answered = new Set<string>();
  /** As the people of a run do: every hold yes, once by each of two. */
  const yes = (world: World): void => {
    if (answers !== "yes") return;
    for (let holds = world.holds(), isNew = holds.length > 0; isNew; holds = world.holds()) {
      isNew = false;
      for (const { subject, rule, slot, digest, amount } of holds) for (const author of ["ann", "bob"]) {
        const key = [author, subject, rule, slot, digest, amount].join("|");
        if (answered.has(key)) continue;
        isNew = answered.add(key).size > 0;
        world.decide({ rule, author, ...(rule === "OVER_SHIPMENT" ? { consequence: excess ?? "bill" } : {}), where: (hold) => hold.subject === subject && hold.slot === slot && hold.digest === digest && hold.amount === amount });
      }
    }
  };
  const world = tellInOrder((play) => { script({ ...play, given: (...things) => { play.given(...things.map(say)); }, tell: (...things) => { play.tell(...things.map(say)); } }, of); }, { planners, suffix, rates: [...rates] }, yes);
  check?.(world, of);
  const { lines, charges } = netPosted(world);
  return { expected: { lines, charges }, left: troubles(world), names: new Map(world.erp.names) };
}

/** Scenarios by name come again and again. */
const known = new Map<ScenarioTold, Straight>(), knownSuffix = ".0";
const withSuffix = <T>(entries: Iterable<[string, T]>, suffix: string): [string, T][] => [...entries].map(([key, value]) => [key.replaceAll(knownSuffix, suffix), value]);

/** The same script of many runs, told straight once. */
function knownStraight(told: ScenarioTold, suffix: string): Straight {
  let straight = known.get(told);
  if (!straight) known.set(told, (straight = straightOf(told, ...words(knownSuffix), knownSuffix)));
  const { expected: { lines, charges }, left, names } = straight;
  return { expected: { lines: Object.fromEntries(withSuffix(Object.entries(lines), suffix)), charges }, left, names: new Map(withSuffix(names, suffix).map(([reference, number]) => [reference, number.replaceAll(knownSuffix, suffix)])) };
}

/** How a story says things, and calls them. */
function words(suffix: string): [(thing: Sayable) => Told | Later, (name: string) => string] {
  return [(thing) => { const told = settled(thing); return isLater(told) ? told : renamed(told, suffix); }, (name) => name + suffix];
}

/** A story whose end is known by telling its script in order. `from`: nothing of it is told before. */
export function storyOf(told: ScenarioTold, suffix: string, from: string | null = null): Story {
  const { title, script, isShared = false, answers, excess = "bill" } = told, [say, of] = words(suffix);
  const { expected, left, names } = told.isNamed ? knownStraight(told, suffix) : straightOf(told, say, of, suffix);
  const leaves = told.leaves ?? left;
  // What waits for people is late one day.
  const mayLeave = [...(told.mayLeave ?? []), ...(leaves.length > 0 ? ["SLA-01"] : [])];
  const chapters: Chapter[] = [], given: (Told | Later)[] = [], standing: Answer[] = [];
  let tellings: (Told | Later)[] = [];
  const end = (until: string | null): void => { chapters.push({ from: from ?? tellings.map((each) => each.at).sort()[0] ?? null, told: tellings, until }); tellings = []; };
  script({
    given: (...things) => { given.push(...things.map(say)); }, tell: (...things) => { tellings.push(...things.map(say)); }, until: (short) => { end(at(short)); },
    decide: (decision) => { standing.push({ decision, chapter: chapters.length + 1 }); }, allow: (decision) => { standing.push({ decision, chapter: chapters.length + 1 }); },
    fault: () => undefined, act: () => undefined, check: () => undefined,
  }, of);
  end(null);
  const all = [...given, ...chapters.flatMap((chapter) => chapter.told)].filter((each): each is Told => !isLater(each));
  const masters: Chapter = { from: from ?? chapters[0]?.from ?? null, told: [...given, ...mastersOf(all)], until: null };
  return { suffix, what: title, chapters: [masters, ...chapters], answers: answers === "yes" ? null : standing, excess, expected, isShared, leaves: leaves.filter((code) => !mayLeave.includes(code)), mayLeave, names };
}
