import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { booksOf, driftsOf, ledgerDrifts, picture } from "../../testing/world/books";
import { tellInOrder, tellShuffled, type Script } from "../../testing/world/play";
import { creditedAbove, describeWorld, netPosted, type NetPosted } from "../../testing/world/readings";
import type { World, WorldOptions } from "../../testing/world/world";
import { dec } from "../decimal";
import { planners } from "../planners";

/** How often a property is tried: few by default, so that every commit can afford it; SCENARIO_RUNS asks for more. */
export const runsOf = (fewest: number): number => Math.max(fewest, Number(process.env["SCENARIO_RUNS"] ?? 0));

export interface Scenario {
  script: Script;
  /** What must be true at the end however the script was told. */
  end: (world: World) => void;
  options?: Omit<WorldOptions, "planners" | "names">;
  /** 0: the scenario is about an order of events and is told in order only. */
  shuffles?: number;
  /** Equations whose drift is what the scenario is about: a document altered behind our back. */
  drifts?: string[];
}

const explained = (world: World, check: () => void): void => {
  try { check(); } catch (error) { if (error instanceof Error) error.message += `\n${describeWorld(world)}`; throw error; }
};

/** Every state that a world reaches: books closed to the cent, and never more credited than invoiced. */
export function soundState(world: World, drifts: readonly string[] = []): void {
  explained(world, () => {
    expect(driftsOf(world).filter((drift) => !drifts.some((equation) => drift.startsWith(`${equation} `)))).toEqual([]);
    for (const [line, { quantity, net }] of Object.entries(netPosted(world).lines)) {
      expect(dec(quantity).gte(0), `${line}: credited more than invoiced`).toBe(true);
      expect(dec(net).gte(0), `${line}: credited more than invoiced`).toBe(true);
    }
    expect(creditedAbove(world)).toEqual([]);
  });
}

/** Planning once more with nothing new changes nothing at all. */
export function plansOnce(world: World): void {
  const before = picture(world);
  world.planAgain();
  explained(world, () => { expect(picture(world)).toBe(before); expect(world.store.dirty.size).toBe(0); });
}

/** Same net quantity and amount for each line and charge; tax to one minor unit per billing unit (domain.md 2.9, 10). */
export function sameNet(actual: NetPosted, straight: NetPosted): void {
  const billed = (net: NetPosted) => ({ lines: Object.fromEntries(Object.entries(net.lines).filter(([, row]) => !dec(row.quantity).isZero() || !dec(row.net).isZero())), charges: net.charges });
  expect(billed(actual)).toEqual(billed(straight));
  expect(dec(actual.tax).minus(straight.tax).abs().lte(dec("0.01").times(Math.max(actual.units, straight.units))), `tax ${actual.tax} against ${straight.tax}`).toBe(true);
}

/** A scenario of domain.md 6: told in order with every state sound, then shuffled, doubled and delayed by many seeds. */
export function scenario(name: string, { script, end, options = {}, shuffles = 3, drifts = [] }: Scenario): void {
  const sound = (world: World) => { soundState(world, drifts); };
  describe(name, () => {
    test("in order, every equation at residual 0 in every state", () => {
      const world = tellInOrder(script, { ...options, planners }, sound);
      explained(world, () => { end(world); if (drifts.length === 0) expect(ledgerDrifts(world)).toEqual([]); });
      plansOnce(world);
    });
    if (shuffles === 0) return;
    test("shuffled, doubled and delayed", () => {
      const straight = tellInOrder(script, { ...options, planners });
      const net = netPosted(straight);
      fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const world = tellShuffled(script, seed, { ...options, planners, names: new Map(straight.erp.names) }, { after: sound });
        explained(world, () => { sameNet(netPosted(world), net); end(world); if (drifts.length === 0) expect(ledgerDrifts(world)).toEqual([]); });
        plansOnce(world);
      }), { numRuns: runsOf(shuffles), endOnFailure: true });
    }, 180_000);
  });
}

/** Sum of the movements of one term of an order, quantity and amount. */
export function booked(world: World, subject: string, term: string): { quantity: string; amount: string } {
  const rows = booksOf(world).movements.filter((row) => row.subject === subject && row.term === term);
  return { quantity: rows.reduce((total, row) => total.plus(row.quantity), dec(0)).toFixed(), amount: rows.reduce((total, row) => total.plus(row.amount), dec(0)).toFixed(2) };
}
