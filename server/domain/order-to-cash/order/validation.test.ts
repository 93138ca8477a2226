import { describe, expect, test } from "vitest";
import { at, authorised, cancels, customer, event, item, order, type OrderBuilder } from "../../../testing/world/builders";
import { testPolicy } from "../../../testing/world/defaults";
import { type World } from "../../../testing/world/world";
import { plansOnce, soundState } from "../../scenarios/harness";
import { plain, planOf, raised, sent, world } from "../../scenarios/order-plan";

describe("validation stops only what needs what is missing", () => {
  test("and what several of them stop is never more than the order", () => {
    const made = world({}, ["C-9", "X"]);
    made.tell(order("SO-1").customer("C-9").line("1", "X", 10, "12.50").line("2", "A", 2, "10.00", { unit: "BX" }));
    const { amounts } = planOf(made).summary;
    expect([raised(made).length > 1, amounts["exception"]]).toEqual([true, amounts["ordered"]]);
  });
  test.each<[string, () => World, string[]]>([
    ["unknown customer", () => { const made = world({}, ["C-9"]); made.tell(plain().customer("C-9")); return made; }, ["MAP-01"]],
    ["unknown terms", () => { const made = world(); made.tell(plain().with({ terms: "net17" })); return made; }, ["MAP-04"]],
    ["unknown unit", () => { const made = world(); made.tell(order("SO-1").line("1", "A", 2, "10.00", { unit: "BX" })); return made; }, ["MAP-03"]],
    ["no state", () => { const made = world(); made.tell(plain().with({ shipToAddress: { country: "US" } })); return made; }, ["ORD-03"]],
    ["other currency than the customer's", () => { const made = world(); made.tell(plain().with({ currency: "EUR" })); return made; }, ["CTR-01"]],
    ["discontinued", () => { const made = world(); made.tell(item("A", { state: "discontinued" }), plain()); return made; }, ["ORD-01"]],
    ["not into this state", () => { const made = world(); made.tell(item("A", { notIntoStates: ["IL"] }), plain()); return made; }, ["ORD-01"]],
    ["other channel", () => { const made = world(); made.tell(item("A", { channels: ["edi"] }), plain()); return made; }, ["ORD-01"]],
    ["no pack multiple", () => { const made = world(); made.tell(item("A", { packMultiple: "6" }), plain()); return made; }, ["ORD-02"]],
    ["absurd", () => { const made = world(); made.tell(item("A", { absurdAbove: "9" }), plain()); return made; }, ["ORD-02"]],
  ])("%s", (_, play, expected) => {
    const made = play();
    expect(raised(made)).toEqual(expected);
    expect(sent(made, "release_to_warehouse")).toBe(0);
  });

  test.each<[string, () => OrderBuilder, string]>([
    ["no lines", () => order("SO-1"), "Stopped by CTR-01: Order SO-1 has no lines."],
    ["no lines but a charge", () => order("SO-1").charge("freight", "9.00"), "Stopped by CTR-01: Order SO-1 has no lines."],
    ["a line of nothing", () => order("SO-1").line("1", "A", 0, "12.50"), "Stopped by CTR-01: Line 1 of order SO-1 orders nothing."],
  ])("an order with %s is in its headline stage too, and says why it is not posted", (_, build, why) => {
    const made = world();
    made.tell(build());
    const { summary, sentence, slices } = planOf(made);
    expect([summary.complete, summary.stage, sentence]).toEqual([false, "intake", why]);
    expect(slices.map(({ holder }) => holder)).toEqual(slices.map(() => "integration"));
    soundState(made);
  });

  test.each<[string, () => OrderBuilder]>([["no lines", () => order("SO-1")], ["a line of nothing", () => order("SO-1").line("1", "A", 0, "12.50")]])("an order with %s that its source cancels is cancelled, and nobody is asked what it means", (_, build) => {
    const made = world();
    made.tell(build().card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "50.00"), cancels("SO-1", "CX-1", "2026-03-02 10:00"));
    const { summary, sentence, exceptions } = planOf(made);
    expect([summary.tracks["commercial"], summary.complete, summary.stage, sentence, exceptions, made.commands("void_authorisation").length]).toEqual(["cancelled", true, null, null, [], 1]);
    soundState(made);
    plansOnce(made);
    made.tell(build().card().change("2026-03-02 11:00", (next) => { next.lines.push({ line: "2", item: "A", quantity: "1", unit: "EA", price: "5.00" }); }));
    soundState(made);
  });

  test("an unknown item stops its line, the other is released", () => {
    const made = world({}, ["NEW"]);
    made.tell(plain().line("2", "NEW", 1, "5.00"));
    expect(planOf(made).exceptions.map(({ code, fingerprint, stops }) => [code, fingerprint, stops])).toEqual([["MAP-02", { connector: "shop", item: "NEW" }, ["2"]]]);
    expect(made.commands("release_to_warehouse").map(({ payload }) => (payload.lines as { line: string }[]).map(({ line }) => line))).toEqual([["1"]]);
  });

  test("unlike codes without a mapping are causes of their own, whatever they are called (MAP-04)", () => {
    const made = world();
    made.tell(event("code.mapped", at("2026-03-02 08:00"), { kind: "charge", system: "shop", code: "X9", version: 1 }), plain().charge("X9", "1.00", "none").with({ terms: "X9" }));
    expect(planOf(made).exceptions.map(({ code, fingerprint }) => [code, fingerprint])).toEqual([["MAP-04", { connector: "shop", code: "terms/X9" }], ["MAP-04", { connector: "shop", code: "charge/X9" }]]);
  });

  test("terms mapped to what the rules do not know are MAP-04, and go on when the rules do", () => {
    const made = world();
    made.tell(event("code.mapped", at("2026-03-02 08:00"), { kind: "terms", system: "shop", code: "N45", canonical: "BOGUS45", version: 1 }), plain().with({ terms: "N45" }));
    expect(planOf(made).exceptions.map(({ code, fingerprint, message }) => [code, fingerprint, message])).toEqual([["MAP-04", { connector: "shop", code: "terms/N45" }, "shop: terms N45 are mapped to BOGUS45, which the rules do not know"]]);
    expect(sent(made, "release_to_warehouse")).toBe(0);
    const known = world({ terms: { ...testPolicy.terms, BOGUS45: { days: 45, endOfMonth: false, advance: false } } });
    known.tell(event("code.mapped", at("2026-03-02 08:00"), { kind: "terms", system: "shop", code: "N45", canonical: "BOGUS45", version: 1 }), plain().with({ terms: "N45" }));
    expect(planOf(known).exceptions).toEqual([]);
  });

  test("a line that orders nothing is CTR-01, and the header is accepted", () => {
    const made = world();
    made.tell(plain().line("2", "B", 0, "5.00"));
    expect(raised(made)).toEqual(["CTR-01"]);
    expect(sent(made, "release_to_warehouse")).toBe(1);
  });

  test.each([["2026-03-02 11:00", "2026-03-02T17:00"], ["2026-03-02 17:30", "2026-03-03T17:00"], ["2026-03-06 19:00", "2026-03-09T17:00"]])("what is asked of the warehouse at %s for that day is due by %s", (placed, due) => {
    const made = world();
    made.tell(plain().placed(placed).with({ requestedShip: placed.slice(0, 10) }));
    const [slice] = planOf(made).slices.filter(({ stage }) => stage === "fulfil");
    expect(slice?.dueAt).toBe(at(due.replace("T", " ")));
    expect(raised(made)).toEqual([]);
  });

  test("the source that holds the order is told of it; an order that came by API is nobody's there, and nobody is told", () => {
    const told = (source?: string) => {
      const made = world();
      const { type, at: when, data } = plain().build();
      made.tell(event(type, when, data, source));
      return [sent(made, "acknowledge_order"), sent(made, "update_order_status"), sent(made, "release_to_warehouse"), raised(made).length];
    };
    expect([told(), told("api")]).toEqual([[1, 1, 1, 0], [0, 0, 1, 0]]);
  });

  test("the mapping arrives and all goes on", () => {
    const made = world({}, ["ACME"]);
    made.tell(customer("C-77"), event("credit.positioned", at("2026-01-05"), { account: "C-77", version: 1, currency: "USD", limit: "5000", openReceivables: "0", asOf: at("2026-01-05") }));
    made.tell(plain().customer("ACME"));
    expect(raised(made)).toEqual(["MAP-01"]);
    made.tell(event("code.mapped", at("2026-03-02 10:00"), { kind: "customer", system: "shop", code: "ACME", canonical: "C-77", version: 1 }));
    made.planAgain(); made.settle(); made.planAgain(); made.settle();
    expect(raised(made)).toEqual([]);
    expect(made.commands("release_to_warehouse")[0]?.payload.customer).toBe("C-77");
  });
});
