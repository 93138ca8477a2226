import fc from "fast-check";
import { expect, test } from "vitest";
import { ledgerDrifts } from "../../testing/world/books";
import { tellInOrder, tellShuffled } from "../../testing/world/play";
import { describeWorld, netPosted } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, runsOf, sameNet, soundState } from "./harness";
import { everyHappening, livesOf, playLife, type Happening, type Life } from "./lives";

/**
 * Whatever happens to an order, in three orders of arrival: the same facts come to the same net posted for each line and charge
 * (2.9, invariant 10), every state is sound, the ledger agrees item by item, and planning twice adds nothing. SCENARIO_RUNS=3000
 * tries that many lives of each kind.
 */
const kinds: Record<string, { what: Happening["what"][]; weighed?: boolean }> = {
  "header discounts and prices": { what: ["price", "headerDiscount", "lineDiscount", "recounts"] },
  "charges that come, go and change": { what: ["freight", "price", "recounts", "cancels", "adds"] },
  "weighed goods": { what: ["price", "headerDiscount", "recounts", "cancels"], weighed: true },
  "returns between corrections": { what: ["returns", "returns", "price", "headerDiscount", "recounts"] },
  "all of it": { what: everyHappening },
};

/** What a charge rose by waits for the next invoice while goods are open: it is compared where none are. */
const compared = (life: Life, world: World) => { const net = netPosted(world); return life.completes ? net : { ...net, charges: {} }; };
/** The stand-in's ledger puts money where its payer is; a life in which the bill-to moves has two. */
const agrees = (life: Life, world: World) => { if (!life.happenings.some(({ what }) => what === "billTo")) expect(ledgerDrifts(world), describeWorld(world)).toEqual([]); };

test.each(Object.entries(kinds))("%s", (_, { what, weighed = false }) => {
  fc.assert(fc.property(livesOf(what, weighed), fc.integer({ min: 1, max: 1_000_000 }), (life, seed) => {
    const straight = tellInOrder(playLife(life), { planners }, (world) => { soundState(world); });
    plansOnce(straight);
    agrees(life, straight);
    for (const number of [seed, seed + 1]) {
      const world = tellShuffled(playLife(life), number, { planners, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } });
      sameNet(compared(life, world), compared(life, straight));
      plansOnce(world);
      agrees(life, world);
    }
  }), { numRuns: runsOf(25) });
}, 3_600_000);
