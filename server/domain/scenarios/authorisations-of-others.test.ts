import { describe, expect, test } from "vitest";
import { authorised, cancels, order, ships, type Tellable, type Told } from "../../testing/world/builders";
import { describeWorld } from "../../testing/world/readings";
import { createPayments } from "../../testing/world/targets/others";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, scenario, soundState } from "./harness";

const by = (source: string, told: Told | Tellable): Told => ({ ...("build" in told ? told.build() : told), source });
const card = (number: string, short = "2026-03-02 09:00") => order(number).line("1", "A", 10, "10.00").card().placed(short);
const left = (shipment: string, short: string, ...orders: string[]) => ships(shipment, short, orders.map((each) => ({ order: each, line: "1", item: "A", quantity: 10 })));
const voided = (world: World) => world.commands("void_authorisation").map(({ state, payload }) => [payload["order"], state, payload["authorisation"]]).sort();
const captured = (world: World) => world.commands("capture_payment").map(({ state, payload }) => [payload["order"], state, payload["authorisation"], payload["amount"]]).sort();
const news = (world: World) => world.exceptions().filter(({ code }) => code.startsWith("CTR-")).map(({ code, subject, message, amount }) => [code, subject, message, amount]);
const sound = (world: World) => { soundState(world); plansOnce(world); };

describe("a number of an authorisation is of the orders of whose it is (2.11)", () => {
  const claim = (order: string, whose = "shop") => ["CTR-02", `US01:order:${order}`, `zeta names payment authorisation AU-1, which is another's (${whose}): kept, and nothing is captured on it or given back.`, "500.00"];
  const taking = (first: string): World => {
    const world = createWorld({ planners });
    world.tell(by(first, card("SO-1")), by(first === "shop" ? "pay" : first, authorised("SO-1", "AU-1", "2026-03-02 09:05", "108.00")));
    world.tell(by("zeta", card("Z-1", "2026-03-02 09:30")), by("zeta", authorised("Z-1", "AU-1", "2026-03-02 09:35", "500.00")));
    return world;
  };
  test.each(["shop", "alpha"])("another order source's order takes no money on an authorisation of %s", (first) => {
    const world = taking(first);
    world.tell(left("SH-9", "2026-03-02 14:00", "Z-1"));
    world.tell(left("SH-1", "2026-03-02 19:00", "SO-1"));
    world.advance("2026-03-03 18:00");
    expect([captured(world), news(world), world.holds().map(({ rule, message }) => [rule, message])], describeWorld(world)).toEqual([[["SO-1", "confirmed", "AU-1", "108.00"]], [claim("Z-1", first)], [["PAYMENT_AUTHORISATION", "No authorisation for 108.00."]]]);
    sound(world);
  });
  test("and does not give it back when it is cancelled", () => {
    const world = taking("shop");
    world.tell(by("zeta", cancels("Z-1", "CX", "2026-03-02 10:00")));
    world.advance("2026-03-02 12:00");
    world.tell(left("SH-1", "2026-03-02 19:00", "SO-1"));
    world.advance("2026-03-03 18:00");
    expect([voided(world), captured(world), news(world)], describeWorld(world)).toEqual([[], [["SO-1", "confirmed", "AU-1", "108.00"]], [claim("Z-1")]]);
    sound(world);
  });
  test("who named it before its own order source was heard has it no longer", () => {
    const world = createWorld({ planners });
    world.tell(by("zeta", card("Z-1")), by("zeta", authorised("Z-1", "AU-1", "2026-03-02 09:05", "500.00")));
    expect([news(world), world.holds()], describeWorld(world)).toEqual([[], []]);
    world.tell(by("shop", card("SO-1", "2026-03-02 10:00")), by("shop", authorised("SO-1", "AU-1", "2026-03-02 10:05", "108.00")));
    world.tell(left("SH-9", "2026-03-02 14:00", "Z-1"));
    expect([captured(world), news(world)], describeWorld(world)).toEqual([[], [claim("Z-1")]]);
    sound(world);
  });
  test("what the provider authorised for an order that has not come yet is nobody else's meanwhile", () => {
    const world = createWorld({ planners });
    world.tell(by("pay", authorised("SO-1", "AU-1", "2026-03-02 09:00", "108.00")), by("zeta", card("Z-1", "2026-03-02 09:30")), by("zeta", authorised("Z-1", "AU-1", "2026-03-02 09:35", "500.00")));
    expect(news(world)).toEqual([claim("Z-1", "pay")]);
    world.tell(by("zeta", card("SO-1", "2026-03-02 10:00")));
    expect(news(world)).toEqual([]);
    sound(world);
  });
  test("an order source's own checkout may name it for each of its orders", () => {
    const world = createWorld({ planners });
    for (const [number, shipment] of [["Z-1", "SH-1"], ["Z-2", "SH-2"]] as const) world.tell(by("zeta", card(number)), by("zeta", authorised(number, "AU-1", "2026-03-02 09:05", "216.00")), left(shipment, "2026-03-02 14:00", number));
    expect([captured(world), news(world)], describeWorld(world)).toEqual([[["Z-1", "confirmed", "AU-1", "108.00"], ["Z-2", "confirmed", "AU-1", "108.00"]], []]);
    sound(world);
  });
});

describe("one authorisation of a checkout that became two orders is given back when neither needs it", () => {
  const checkout = (...more: Told[]) => ["SO-1", "SO-2"].flatMap((each) => [card(each), authorised(each, "AU-1", "2026-03-02 09:05", "216.00")] as (Told | Tellable)[]).concat(more);
  scenario("not while the other is still to ship", {
    script: (play) => {
      play.tell(...checkout(cancels("SO-2", "CX-2", "2026-03-02 10:00")));
      play.until("2026-03-02 12:00");
      play.tell(left("SH-1", "2026-03-02 14:00", "SO-1"));
      play.until("2026-03-03 18:00");
    },
    end: (world) => { expect([voided(world), captured(world)]).toEqual([[], [["SO-1", "confirmed", "AU-1", "108.00"]]]); },
    shuffles: 0,
  });
  scenario("nor where the one took its money on another and is complete", {
    script: (play) => {
      play.tell(...checkout(authorised("SO-1", "AU-0", "2026-03-01 09:04", "108.00")));
      play.until("2026-03-02 12:00");
      play.tell(left("SH-1", "2026-03-02 14:00", "SO-1"));
      play.until("2026-03-02 18:00");
      play.tell(left("SH-2", "2026-03-02 19:00", "SO-2"));
      play.until("2026-03-03 18:00");
    },
    end: (world) => { expect([voided(world), captured(world)]).toEqual([[], [["SO-1", "confirmed", "AU-0", "108.00"], ["SO-2", "confirmed", "AU-1", "108.00"]]]); },
    shuffles: 0,
  });
  scenario("but once both are cancelled", {
    script: (play) => { play.tell(...checkout(cancels("SO-2", "CX-2", "2026-03-02 10:00"))); play.until("2026-03-02 12:00"); play.tell(cancels("SO-1", "CX-1", "2026-03-02 13:00")); play.until("2026-03-03 18:00"); },
    end: (world) => { expect([voided(world), captured(world)]).toEqual([[["SO-1", "confirmed", "AU-1"], ["SO-2", "confirmed", "AU-1"]], []]); },
    shuffles: 0,
  });
});

describe("the provider captures nothing on what was given back, and gives nothing back that was captured", () => {
  test("as the simulated one does", () => {
    const commandOf = (kind: "void_authorisation" | "capture_payment", next: Told) => {
      const world = createWorld({ planners });
      world.tell(card("SO-1"), authorised("SO-1", "AU-1", "2026-03-02 09:05", "108.00"), next);
      const [row] = world.commands(kind);
      if (!row) throw new Error(`no ${kind}`);
      return row;
    };
    const gives = commandOf("void_authorisation", cancels("SO-1", "CX-1", "2026-03-02 10:00")), takes = commandOf("capture_payment", left("SH-1", "2026-03-02 14:00", "SO-1"));
    const answers = (...rows: (typeof gives)[]) => { const provider = createPayments(); return rows.map((row) => provider(row, "2026-03-02T15:00:00.000Z")).at(-1); };
    expect([answers(gives, takes), answers(takes, gives)]).toEqual([{ code: "PAY-03", message: "AU-1 was given back" }, { code: "PAY-03", message: "something was captured on AU-1 already" }]);
  });
});


describe("an authorisation that was given back covers nobody's order any more (decision 23)", () => {
  test.each([
    ["the second half of a split checkout, told of later", "SO-2", "2026-03-02 10:05"],
    ["another order, hours after", "SO-3", "2026-03-02 13:00"],
  ])("%s", (_, number, short) => {
    const world = createWorld({ planners });
    world.tell(card("SO-1"), authorised("SO-1", "AU-1", "2026-03-02 09:05", "216.00"), cancels("SO-1", "C1", "2026-03-02 10:00"));
    expect(voided(world)).toEqual([["SO-1", "confirmed", "AU-1"]]);
    world.tell(card(number, short), authorised(number, "AU-1", short, "216.00"));
    world.advance("2026-03-02 16:00");
    expect([world.holds().map(({ rule, subject, message }) => [rule, subject, message]), world.commands("release_to_warehouse").filter(({ payload }) => payload["order"] === number)], describeWorld(world)).toEqual([[["PAYMENT_AUTHORISATION", `US01:order:${number}`, "The card authorisation no longer stands"]], []]);
    world.tell(authorised(number, "AU-2", "2026-03-02 17:00", "108.00"), left("SH-1", "2026-03-03 10:00", number));
    world.advance("2026-03-03 18:00");
    expect([captured(world), voided(world), world.holds(), world.exceptions()], describeWorld(world)).toEqual([[[number, "confirmed", "AU-2", "108.00"]], [["SO-1", "confirmed", "AU-1"]], [], []]);
    sound(world);
  });
});
