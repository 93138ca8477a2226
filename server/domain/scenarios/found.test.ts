import { describe, expect, test } from "vitest";
import { tellInOrder, tellShuffled } from "../../testing/world/play";
import { describeWorld, netPosted } from "../../testing/world/readings";
import { planners } from "../planners";
import { playStory, type Story } from "./generated";
import { sameNet, soundState } from "./harness";

/** What the property tests once found, kept as examples. Told in order and by some seeds, every state sound. */
function sameAs(made: Partial<Story>, ...seeds: number[]) {
  const full: Story = { lines: [], discount: "0", freight: "0", cheaper: false, ...made };
  const straight = tellInOrder(playStory(full), { planners }, (w) => { soundState(w); });
  for (const seed of seeds) sameNet(netPosted(tellShuffled(playStory(full), seed, { planners, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } })), netPosted(straight));
  return straight;
}
const line = (quantity: number, price: string, shipments: number[], recounted = 0): Story["lines"][number] => ({ quantity, price, shipments, cancelled: 0, recounted });
const some = [1, 2, 3, 4, 5, 6, 7, 8];

describe("found by the properties", () => {
  test("a price that falls after two parts were posted: the credits follow the cumulative rule", () => {
    sameAs({ lines: [line(2, "4.442500", [1, 1])], cheaper: true }, 19);
  });
  test("recount, falling price and two parts: a debit after a credit keeps M4 and M6 closed", () => {
    sameAs({ lines: [line(3, "0.341667", [2, 1], 1)], cheaper: true }, 922434);
  });
  test("a whole shipment recounted to nothing takes its freight with it", () => {
    const world = sameAs({ lines: [line(5, "10.00", [5], 5)], freight: "9.99" }, ...some);
    expect(netPosted(world).charges, describeWorld(world)).toEqual({});
  });
  test("and where another shipment is billed, the freight is billed once", () => {
    const world = sameAs({ lines: [line(5, "10.00", [3, 2], 3)], freight: "9.99" }, ...some);
    expect(netPosted(world).charges, describeWorld(world)).toEqual({ freight: "9.99" });
  });
  test("a part recounted to nothing after the next was posted: what stands closes to the cent, up and down", () => {
    const up = sameAs({ lines: [line(8, "0.725110", [3, 5], 3)] }, 334629, ...some);
    expect(netPosted(up).lines["SO-1/1"], describeWorld(up)).toEqual({ quantity: "5", net: "3.63" });
    const down = sameAs({ lines: [line(8, "1.486963", [3, 3, 2], 3)] }, 441672, ...some);
    expect(netPosted(down).lines["SO-1/1"], describeWorld(down)).toEqual({ quantity: "5", net: "7.43" });
  });
  test("2 of 6 back on a line billed in two parts at a price below the cent: the same credit in any order (F3)", () => {
    const world = sameAs({ lines: [line(6, "5.080834", [3, 3])], returned: [2] }, ...some);
    expect(netPosted(world).lines["SO-1/1"], describeWorld(world)).toEqual({ quantity: "4", net: "20.33" });
    sameAs({ lines: [line(16, "1.57", [8, 8])], discount: "3.33", returned: [6] }, ...some);
  });
  test("two returns at once never credit more than was invoiced", () => {
    const world = sameAs({ lines: [line(10, "5.080834", [4, 6])], returned: [7, 7] }, ...some);
    expect(netPosted(world).lines["SO-1/1"], describeWorld(world)).toEqual({ quantity: "0", net: "0.00" });
  });
});
