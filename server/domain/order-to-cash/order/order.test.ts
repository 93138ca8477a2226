import { describe, expect, test } from "vitest";
import { at, cancels, credit, customer, event, item, order, pays, periods, ships } from "../../../testing/world/builders";
import { testPolicy } from "../../../testing/world/defaults";
import { type World } from "../../../testing/world/world";
import { soundState } from "../../scenarios/harness";
import { held, plain, planOf, raised, sent, world } from "../../scenarios/order-plan";

test("a source that numbers its versions by the clock has its acknowledgements counted: they fit their column", () => {
  const made = world(), first = plain(), version = 1_763_888_400_000;
  made.tell(first.with({ version }));
  expect(made.commands("acknowledge_order").map(({ sequence, payload }) => [sequence, payload["version"]])).toEqual([[1, version]]);
  made.tell(first.with({ version: version + 60_000 }));
  expect(made.commands("acknowledge_order").map(({ sequence, payload }) => [sequence, payload["version"]])).toEqual([[1, version], [2, version + 60_000]]);
});

describe("holds before release", () => {
  const agreed = (price: string) => event("price.agreed", at("2026-01-05"), { agreement: "AG-1", version: 1, customer: "C-1", item: "A", price, unit: "EA", currency: "USD", validFrom: "2026-01-01" });
  test.each<[string, string, string[]]>([
    ["within both limits", "12.40", []],
    ["beyond 1 % and 5.00", "10.00", ["PRICE_VARIANCE 1 135.00"]],
    ["beyond 1 %, not beyond 5.00", "12.10", []],
  ])("price against its agreement: %s", (_, price, expected) => {
    const made = world();
    made.tell(agreed(price), plain());
    expect(held(made)).toEqual(expected);
    expect(sent(made, "release_to_warehouse")).toBe(expected.length === 0 ? 1 : 0);
    if (expected.length > 0) { made.decide({ rule: "PRICE_VARIANCE" }); expect(sent(made, "release_to_warehouse")).toBe(1); }
  });
  test("a zero price with a reason is no variance, without one it is", () => {
    const free = world(); free.tell(agreed("10.00"), order("SO-1").line("1", "A", 1, "0", { freeReason: "sample" }));
    expect(held(free)).toEqual([]);
    const odd = world(); odd.tell(order("SO-1").line("1", "A", 1, "0"));
    expect(held(odd)).toEqual(["PRICE_VARIANCE 1 0.00"]);
  });
  describe("goods without a price or a reason that left all the same", () => {
    const left = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 1 }, { order: "SO-1", line: "2", item: "B", quantity: 2 }]);
    const ordered = order("SO-1").line("1", "A", 1, "0").line("2", "B", 2, "5.00");
    const sold = () => { const made = world(); made.tell(ordered, left); return made; };
    const invoices = (made: World) => made.erp.documents.map(({ net, lines }) => [net, lines.length]);
    test("are not billed for nothing: the rest is, they wait for pricing", () => {
      const made = sold();
      soundState(made);
      expect([held(made), invoices(made)]).toEqual([["PRICE_VARIANCE 1 0.00"], [["10.00", 1]]]);
      made.decide({ rule: "PRICE_VARIANCE" });
      soundState(made);
      expect([held(made), invoices(made)]).toEqual([[], [["10.00", 1], ["0.00", 1]]]);
    });
    test("a price or a reason ends it", () => {
      const priced = sold();
      priced.tell(ordered.change("2026-03-02 15:00", (data) => { data.lines[0]!.price = "3.00"; }));
      priced.decide({ rule: "CHANGED_AFTER_RELEASE" });
      expect([held(priced), invoices(priced)]).toEqual([[], [["10.00", 1], ["3.00", 1]]]);
      const sample = sold();
      sample.tell(ordered.change("2026-03-02 15:00", (data) => { data.lines[0]!.freeReason = "sample"; }));
      soundState(sample);
      expect([held(sample), invoices(sample)]).toEqual([[], [["10.00", 1]]]);
    });
  });
  test("blocked customer: nobody here releases it", () => {
    const made = world(); made.tell(customer("C-1", { state: "blocked" }), plain());
    expect(held(made)).toEqual(["CUSTOMER_BLOCKED order 135.00"]);
    made.decide({ rule: "CUSTOMER_BLOCKED" });
    expect(held(made)).toEqual(["CUSTOMER_BLOCKED order 135.00"]);
    made.tell(customer("C-1", {}, 2));
    expect(sent(made, "release_to_warehouse")).toBe(1);
  });
  test("an account that the ERP has not reviewed gets no credit until it has, or the credit manager says so; whoever pays by card needs none", () => {
    const made = world(); made.tell(customer("C-1", { creditReviewed: false }), plain());
    expect([held(made), sent(made, "release_to_warehouse")]).toEqual([["ACCOUNT_REVIEW order 135.00"], 0]);
    made.tell(customer("C-1", { creditReviewed: true }, 2));
    expect([held(made), sent(made, "release_to_warehouse")]).toEqual([[], 1]);
    const approved = world(); approved.tell(customer("C-1", { creditReviewed: false }), plain());
    approved.decide({ rule: "ACCOUNT_REVIEW" });
    expect(sent(approved, "release_to_warehouse")).toBe(1);
    const card = world(); card.tell(customer("C-1", { creditReviewed: false }), plain().card());
    expect(held(card)).toEqual(["PAYMENT_AUTHORISATION order 135.00"]);
  });
  test("purchase order number missing", () => {
    const made = world(); made.tell(customer("C-1", { purchaseOrderRequired: true }), plain());
    expect(held(made)).toEqual(["PO_NUMBER_MISSING order 135.00"]);
  });
  test("card without authorisation, then with one", () => {
    const made = world(); made.tell(plain().card());
    expect(held(made)).toEqual(["PAYMENT_AUTHORISATION order 135.00"]);
    made.tell(event("payment.authorised", at("2026-03-02 09:30"), { order: "SO-1", authorisation: "AU-1", version: 1, state: "authorised", amount: "135.00", currency: "USD", at: at("2026-03-02 09:30") }));
    expect(held(made)).toEqual([]);
    expect(sent(made, "release_to_warehouse")).toBe(1);
  });
  test("an account with a limit in another currency: the credit manager says whether the order fits, and it stays released", () => {
    const made = world(); made.tell(credit("C-1", 1, "2026-01-01 00:00", "500.00", "0.00", { currency: "EUR" }), plain());
    expect([held(made), made.holds().map(({ message }) => message), sent(made, "release_to_warehouse")]).toEqual([["CREDIT_LIMIT order 135.00"], ["The account's limit of 500.00 is in EUR and the order in USD: whether it fits is for the credit manager to say."], 0]);
    made.decide({ rule: "CREDIT_LIMIT" });
    made.advance("2026-03-12 12:00");
    expect([held(made), sent(made, "release_to_warehouse"), sent(made, "recall_release")]).toEqual([[], 1, 0]);
    soundState(made);
  });
  test("payment in advance", () => {
    const made = world(); made.tell(plain().with({ terms: "advance" }));
    expect(held(made)).toEqual(["PREPAYMENT_DUE order 135.00"]);
  });
  test("payment in advance is released by receipts for the order, whole and in parts, and a reversed one takes it back", () => {
    const made = world(); made.tell(plain().with({ terms: "advance" }));
    made.tell(pays("R-1", "2026-03-02 10:00", "100.00", { "SO-1": "100.00" }));
    expect([held(made), sent(made, "release_to_warehouse")]).toEqual([["PREPAYMENT_DUE order 135.00"], 0]);
    made.tell(pays("R-2", "2026-03-02 11:00", "35.00", {}, { order: "SO-1" }));
    expect([held(made), sent(made, "release_to_warehouse")]).toEqual([[], 1]);
    made.tell(pays("R-2", "2026-03-02 12:00", "35.00", {}, { order: "SO-1", version: 2, reversed: true }));
    expect([held(made), sent(made, "recall_release")]).toEqual([["PREPAYMENT_DUE order 135.00"], 1]);
    soundState(made);
    made.tell(pays("R-3", "2026-03-02 13:00", "35.00", {}, { order: "SO-1" }));
    expect([held(made), sent(made, "recall_release"), sent(made, "release_to_warehouse")]).toEqual([[], 1, 2]);
  });
  test.each<[string, (made: World) => void, string]>([
    ["the account is to be reviewed", (made) => { made.tell(customer("C-1", { creditReviewed: false }, 2)); }, "ACCOUNT_REVIEW"],
    ["the customer demands a purchase order number", (made) => { made.tell(customer("C-1", { purchaseOrderRequired: true }, 2)); }, "PO_NUMBER_MISSING"],
    ["the customer is blocked", (made) => { made.tell(customer("C-1", { state: "blocked" }, 2)); }, "CUSTOMER_BLOCKED"],
  ])("a hold that is placed after release asks for a recall (2.9 invariant 2): %s", (_, place, rule) => {
    const made = world(); made.tell(customer("C-1"), plain());
    place(made);
    expect([held(made), sent(made, "recall_release")]).toEqual([[`${rule} order 135.00`], 1]);
    soundState(made);
  });
  test("what money in hand covers, or a person let go, stays released when the customer orders more", () => {
    const paid = world(), order1 = plain().with({ terms: "advance" });
    paid.tell(order1, pays("R-1", "2026-03-02 10:00", "135.00", { "SO-1": "135.00" }), order1.change("2026-03-02 11:00", (next) => { next.lines[0]!.quantity = "20"; }));
    expect([held(paid).length, sent(paid, "release_to_warehouse"), sent(paid, "recall_release")]).toEqual([1, 1, 0]);
    const letGo = world(), order2 = plain().with({ terms: "advance" });
    letGo.tell(order2); letGo.decide({ rule: "PREPAYMENT_DUE" });
    letGo.tell(order2.change("2026-03-02 11:00", (next) => { next.lines[0]!.quantity = "20"; }));
    expect([held(letGo).length, sent(letGo, "release_to_warehouse"), sent(letGo, "recall_release")]).toEqual([1, 1, 0]);
  });
  test("complete means every line: one that is reserved and in exception, or not yet due, keeps the others", () => {
    const made = world(); made.wms.stock("A", "0");
    made.tell(plain().line("2", "B", 5, "10.00").with({ shipRule: "complete" }));
    made.tell(item("B", { state: "discontinued" }, 2));
    made.planAgain(); made.settle();
    made.wms.stock("A", "10");
    made.advance("2026-03-04 10:00");
    expect([raised(made), held(made), sent(made, "release_to_warehouse")]).toEqual([["ORD-01"], ["SHIP_COMPLETE order 189.00"], 0]);
    made.tell(item("B", {}, 3));
    made.planAgain(); made.settle();
    expect([raised(made), held(made), sent(made, "release_to_warehouse")]).toEqual([[], [], 1]);
    const later = world(); later.tell(plain().line("2", "B", 5, "10.00", { requestedShip: "2026-03-06" }).with({ shipRule: "complete" }));
    expect([held(later), sent(later, "release_to_warehouse")]).toEqual([[], 0]);
    later.advance("2026-03-06 10:00");
    expect(later.commands("release_to_warehouse").map(({ payload }) => (payload.lines as { line: string }[]).map(({ line }) => line))).toEqual([["1", "2"]]);
  });
  test("the customer wants it complete", () => {
    const made = world(); made.wms.stock("B", "3");
    made.tell(plain().line("2", "B", 5, "10.00").with({ shipRule: "complete" }));
    expect(held(made)).toEqual(["SHIP_COMPLETE order 189.00"]);
    made.decide({ rule: "SHIP_COMPLETE" });
    expect(made.commands("release_to_warehouse").map(({ payload }) => payload.lines)).toMatchObject([[{ line: "1", quantity: "10" }, { line: "2", quantity: "3" }]]);
  });
  test("a hold placed after release asks for what is not shipped to come back, and lets it go again", () => {
    const made = world(); made.tell(plain());
    const subject = { entity: "US01", kind: "order" as const, key: "SO-1" };
    made.tell({ ...event("hold.placed", at("2026-03-02 10:00"), { decision: "H-1", blocks: ["release_to_warehouse"], reason: "call the customer", author: "eve" }), subject });
    expect(held(made)).toEqual(["MANUAL H-1 135.00"]);
    expect(sent(made, "recall_release")).toBe(1);
    made.decide({ rule: "MANUAL" });
    expect(made.commands("release_to_warehouse").map(({ slot, state }) => [slot, state])).toEqual([["SO-1-R1", "confirmed"], ["SO-1-R2", "confirmed"]]);
  });
});

describe("modes of a route", () => {
  const inMode = (mode: "observe" | "propose") => testPolicy.routes.map((route) => (route.capability === "warehouse" ? { ...route, mode } : route));
  test("propose holds each command", () => {
    const made = world({ routes: inMode("propose") }); made.tell(plain());
    expect(planOf(made).holds.map(({ rule, blocks }) => [rule, blocks])).toEqual([["MODE", ["request_allocation"]]]);
    expect(made.commands("request_allocation")).toEqual([]);
    made.decide({ rule: "MODE" });
    expect(sent(made, "request_allocation")).toBe(1);
  });
  test("observe never makes one, nor does anything before the managed-from date", () => {
    const watched = world({ routes: inMode("observe") }); watched.tell(plain());
    expect(watched.commands("request_allocation")).toEqual([]);
    const old = world({ routes: testPolicy.routes.map((route) => ({ ...route, managedFrom: "2027-01-01T00:00:00.000Z" })) }); old.tell(plain());
    expect(old.commands()).toEqual([]);
  });
});

describe("changes (2.8)", () => {
  test("cancel before release, after release, and too late", () => {
    const made = world(); made.tell(plain(), cancels("SO-1", "X-1", "2026-03-02 10:00", { 1: 4 }));
    expect(made.commands("recall_release").map(({ payload }) => payload.lines)).toEqual([[{ line: "1", quantity: "4" }]]);
    expect(planOf(made).balances.filter(({ term }) => term === "cancelled").map(({ quantity, document }) => [quantity, document])).toEqual([["4", "X-1"]]);
    made.tell(ships("SH-1", "2026-03-02 12:00", [{ order: "SO-1", line: "1", item: "A", quantity: 6 }]), cancels("SO-1", "X-2", "2026-03-02 13:00", { 1: 1 }));
    expect(raised(made)).toEqual(["ORD-04"]);
  });
  test("whoever asked to cancel is answered: taken away, refused, and once only", () => {
    const acknowledged = (made: World) => made.commands("acknowledge_order").map(({ sequence, payload }) => [sequence, (payload["lines"] as { quantity: string }[]).map(({ quantity }) => quantity), payload["cancels"]]);
    const early = world(); early.wms.stock("A", "0"); early.tell(plain(), cancels("SO-1", "CX-1", "2026-03-02 10:00", { 1: 4 }));
    expect(acknowledged(early)).toEqual([[1, ["10"], undefined], [2, ["6"], ["CX-1"]]]);
    const late = world(); late.tell(plain(), ships("SH-1", "2026-03-02 12:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]), cancels("SO-1", "CX-1", "2026-03-02 13:00", { 1: 4 }));
    expect(acknowledged(late)).toEqual([[1, ["10"], undefined], [2, ["10"], ["CX-1"]]]);
    const asked = world(); asked.tell(plain());
    asked.fault({ kind: "recall_release", does: "hold" });
    asked.tell(cancels("SO-1", "CX-1", "2026-03-02 13:00", { 1: 4 }));
    expect(acknowledged(asked)).toEqual([[1, ["10"], undefined]]);
  });
  test("a lower quantity in a new version is a recall; more is a second request", () => {
    const made = world(); made.tell(plain());
    made.tell(plain().change("2026-03-02 10:00", (data) => { data.lines[0]!.quantity = "15"; }));
    expect(made.commands("release_to_warehouse").map(({ slot, payload }) => [slot, (payload.lines as { quantity: string }[])[0]?.quantity])).toEqual([["SO-1-R1", "10"], ["SO-1-R2", "5"]]);
    made.tell(plain().change("2026-03-02 10:00", () => undefined).change("2026-03-02 11:00", (data) => { data.lines[0]!.quantity = "8"; }));
    expect(planOf(made).balances.find(({ term }) => term === "ordered")?.quantity).toBe("8");
  });
  test("scheduled orders wait for their release date", () => {
    const made = world({ leadTimeDays: 2 }); made.tell(plain().with({ requestedShip: "2026-03-10" }));
    expect([planOf(made).summary.stage, planOf(made).nextReviewAt?.slice(0, 10)]).toEqual(["scheduled", "2026-03-08"]);
    made.advance("2026-03-08 00:01");
    expect(sent(made, "release_to_warehouse")).toBe(1);
  });
  test("back order waits for stock and asks again", () => {
    const made = world(); made.wms.stock("A", "6"); made.tell(plain());
    expect(planOf(made).slices.map(({ stage, bucket, quantity }) => [stage, bucket, quantity]).sort()).toEqual([["backorder", "unallocated", "4"], ["fulfil", "released", "6"]]);
    made.wms.stock("A", "20"); made.advance("2026-03-03 12:00");
    expect(made.commands("release_to_warehouse").length).toBe(2);
  });
  test("the cancel date is near, then passed", () => {
    const made = world(); made.tell(periods(1, "2026-01-02"), plain().with({ cancelAfter: "2026-03-05" }));
    made.advance("2026-03-04 12:00"); expect(raised(made)).toContain("SLA-01");
    made.advance("2026-03-06 12:00"); expect(raised(made)).toContain("ORD-04");
  });
});

test("an order that nobody has seen is SEQ-01 after 30 minutes", () => {
  const made = world(); made.tell(event("stock.allocated", at("2026-03-02 09:00"), { order: "SO-8", line: "1", revision: 1, allocated: "1", backordered: "0" }));
  expect(planOf(made, "SO-8").exceptions).toEqual([]);
  made.advance("2026-03-02 09:31");
  expect(planOf(made, "SO-8").exceptions.map(({ code }) => code)).toEqual(["SEQ-01"]);
});
