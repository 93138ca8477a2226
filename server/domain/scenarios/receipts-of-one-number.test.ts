import { describe, expect, test } from "vitest";
import { order, overlays, pays, ships, type Told } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { describeWorld } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { booked, plansOnce, scenario, soundState } from "./harness";

const sold = [
  order("SO-1").line("1", "A", 10, "10.00"), ships("SH-1", "2026-03-02 10:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]),
  order("SO-2").line("1", "B", 5, "10.00"), ships("SH-2", "2026-03-02 10:10", [{ order: "SO-2", line: "1", item: "B", quantity: 5 }]),
];
type More = Parameters<typeof pays>[4];
const bank = (short: string, amount: string, forWhat: Record<string, string>, more: More = {}): Told => pays("1001", short, amount, forWhat, { receivedOn: "2026-03-03", ...more });
const card = (short: string, amount: string, forWhat: Record<string, string>, more: More = {}): Told => ({ ...bank(short, amount, forWhat, { means: "card", ...more }), source: "pay" });
const whole = { "INV-1": "108.00" }, half = { "INV-2": "54.00" };
const found = (world: World) => [...world.exceptions().map(({ code }) => code as string), ...world.holds().map(({ rule }) => rule as string)];
const opens = (world: World) => ["INV-1", "INV-2"].map((invoice) => (world.store.references.get(`open_item|${invoice}`)?.data as { open: string } | undefined)?.open);
/** Of each receipt, what the ledger has: its number there, and the money. */
const ledger = (world: World) => world.commands("post_receipt").filter(({ state }) => state === "confirmed").map(({ payload }) => [payload["receipt"], payload["amount"], payload["means"]]).sort();
const term = (world: World, receipt: string, name: string) => booked(world, `US01:receipt:${receipt}`, name).amount;

function paid(...told: Told[]): World {
  const world = createWorld({ planners });
  for (const thing of [...sold, ...told]) { world.tell(thing); soundState(world); }
  return world;
}

describe("a card receipt and a bank receipt of one number are two receipts (2.11)", () => {
  const both = { "the bank first": [bank("2026-03-03 10:00", "108.00", whole), card("2026-03-03 11:00", "54.00", half)], "the card first": [card("2026-03-03 10:00", "54.00", half), bank("2026-03-03 11:00", "108.00", whole)] };
  const second = { "the bank first": ["1001/card", "54.00", "card"], "the card first": ["1001/bank", "108.00", "bank"] };
  for (const [name, receipts] of Object.entries(both))
    scenario(name, {
      script: (play: Play) => { play.given(...sold); play.tell(...receipts); play.until("2026-03-04 10:00"); },
      end: (world) => { expect([opens(world), found(world), ledger(world).map(([, amount]) => amount).sort()]).toEqual([["0.00", "0.00"], [], ["108.00", "54.00"]]); },
    });

  test.each(["the bank first", "the card first"] as const)("%s: what the provider gives back by itself is of the card's", (name) => {
    const at = "2026-03-04T10:00:00.000Z", world = paid(...both[name], { type: "refund.settled", at, source: "pay", data: { refund: "RF-9", receipt: "1001", version: 1, state: "settled", amount: "20.00", currency: "USD", at } });
    world.advance("2026-03-04 12:00"); soundState(world); plansOnce(world);
    const cards = name === "the bank first" ? "1001/card" : "1001";
    expect([found(world), world.exceptions().map(({ subject }) => subject), term(world, cards, "refunded")], describeWorld(world)).toEqual([["PAY-03", "REFUND_APPROVAL"], [`US01:receipt:${cards}`], "20.00"]);
  });

  test.each(["the bank first", "the card first"] as const)("%s: who was heard first keeps the number, the other's has the kind of money in its own", (name) => {
    const world = paid(...both[name]);
    expect([ledger(world)], describeWorld(world)).toEqual([[expect.arrayContaining(["1001"]), second[name]]]);
    plansOnce(world);
  });

  const derived = (short: string): Told => ({ ...pays("1001/card", short, "5.00", { "INV-2": "5.00" }, { means: "card", receivedOn: "2026-03-03" }), source: "pay" });
  test.each([["before", 0], ["after", 3]])("a receipt that the provider numbers like the second of two is one more: told %s them", (_, at) => {
    const told = both["the bank first"].toSpliced(at, 0, derived(at === 0 ? "2026-03-03 09:00" : "2026-03-03 12:00")), world = paid(...told);
    expect([ledger(world).map(([, amount]) => amount).sort(), opens(world), found(world)], describeWorld(world)).toEqual([["108.00", "5.00", "54.00"], ["0.00", "0.00"], ["PAY-01"]]);
    world.tell({ ...pays("1001/card", "2026-03-03 13:00", "5.00", { "INV-2": "5.00" }, { means: "card", version: 2, reversed: true, receivedOn: "2026-03-03" }), source: "pay" });
    for (const { rule } of world.holds()) world.decide({ rule: rule });
    soundState(world); plansOnce(world);
    expect([opens(world), term(world, at === 0 ? "1001/card/card" : "1001/card", "received")], describeWorld(world)).toEqual([["0.00", "0.00"], "54.00"]);
  });

  test("both on one invoice", () => {
    const world = paid(bank("2026-03-03 10:00", "60.00", { "INV-1": "60.00" }), card("2026-03-03 11:00", "48.00", { "INV-1": "48.00" }));
    expect([opens(world), found(world)], describeWorld(world)).toEqual([["0.00", "54.00"], []]);
  });

  test("each is corrected and taken back by its own system alone", () => {
    const world = paid(bank("2026-03-03 10:00", "108.00", whole), card("2026-03-03 11:00", "60.00", half));
    world.tell(card("2026-03-03 12:00", "54.00", half, { version: 2 }));
    expect(world.holds().map(({ rule, subject }) => [rule, subject])).toEqual([["ADJUSTMENT_APPROVAL", "US01:receipt:1001/card"]]);
    world.decide({ rule: "ADJUSTMENT_APPROVAL" });
    expect([opens(world), term(world, "1001/card", "received"), term(world, "1001", "received")], describeWorld(world)).toEqual([["0.00", "0.00"], "54.00", "108.00"]);
    world.tell(card("2026-03-03 13:00", "54.00", half, { version: 3, reversed: true }));
    soundState(world);
    expect([opens(world), term(world, "1001/card", "reversed"), term(world, "1001", "reversed")], describeWorld(world)).toEqual([["0.00", "54.00"], "54.00", "0.00"]);
    plansOnce(world);
  });

  test("a later word about the means moves nothing to another receipt: it is a correction", () => {
    const world = paid(bank("2026-03-03 10:00", "108.00", whole), card("2026-03-03 11:00", "54.00", half), card("2026-03-03 12:00", "54.00", half, { version: 2, means: "bank" }));
    expect([opens(world), world.holds().map(({ rule, subject }) => [rule, subject])], describeWorld(world)).toEqual([["0.00", "0.00"], [["ADJUSTMENT_APPROVAL", "US01:receipt:1001/card"]]]);
  });

  test("money of it goes back to the card by the provider's own number", () => {
    const world = paid(bank("2026-03-03 10:00", "108.00", whole), card("2026-03-03 11:00", "74.00", half));
    world.tell(overlays({ entity: "US01", kind: "receipt", key: "1001/card" }, "D-1", "2026-03-03 12:00", "1001/card", "refund", { amount: "20.00", means: "original" }));
    soundState(world);
    expect([world.commands("refund_payment").map(({ payload, state }) => [payload["capture"], payload["amount"], state]), term(world, "1001/card", "refunded"), found(world)], describeWorld(world)).toEqual([[["1001", "20.00", "confirmed"]], "20.00", []]);
  });

  test("a stranger to both is nobody's word, whatever money it tells of", () => {
    const world = paid(bank("2026-03-03 10:00", "108.00", whole), { ...card("2026-03-03 11:00", "54.00", half), source: "zeta" });
    expect([opens(world), found(world), ledger(world).length]).toEqual([["0.00", "54.00"], ["CTR-02"], 1]);
  });
});

test("two systems that tell one kind of money otherwise under one number: who was heard first counts, and nothing that is posted is corrected by the other", () => {
  const world = paid({ ...bank("2026-03-03 10:00", "54.00", half), source: "pay" }, bank("2026-03-03 11:00", "108.00", whole));
  expect([opens(world), found(world)], describeWorld(world)).toEqual([["108.00", "0.00"], ["CTR-02"]]);
  expect(world.exceptions()).toMatchObject([{ amount: "108.00", currency: "USD" }]);
});
