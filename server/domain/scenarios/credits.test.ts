import { describe, expect } from "vitest";
import { authorised, customer, order, overlays, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { Fault } from "../../testing/world/delivery";
import type { Play } from "../../testing/world/play";
import { document, open, totals, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { booked, scenario } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
/** INV-1 of 600.00: 60 × 10.00, exempt. */
const sale = (play: Play) => {
  play.given(exempt);
  play.tell(order("SO-1").line("1", "A", 60, "10.00"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 60 }]));
  play.until("2026-03-02 18:00");
};
const back = (quantity: number, id = "RMA-1", hour = "10") => [returnAuthorised(id, "SO-1", `2026-03-09 ${hour}:00`, { 1: quantity }), returnReceived(id, "SO-1", `2026-03-09 ${hour}:30`, [{ line: "1", item: "A", quantity }])] as const;
const applied = (world: World) => world.commands("apply_credit").map((row) => [row.naturalKey.split("|").slice(1).join("|"), row.state, row.payload["amount"], row.verifiedAt !== null]);
/** What is open of documents in the ledger, by its own reckoning. */
const openOf = (world: World, ...documents: string[]) => documents.map((document) => open(world, document));
const m6 = (world: World, subject = "US01:return:RMA-1") => ["credit_total", "credit_applied_out", "credit_refunded"].map((term) => booked(world, subject, term).amount);

describe("a posted credit is set against its invoice by a command of its own", () => {
  scenario("as far as the invoice is open: all of it here, to the cent and once", {
    script: (play) => { sale(play); play.tell(pays("R-1", "2026-03-05 10:00", "400.00", { "INV-1": "400.00" })); play.until("2026-03-06 08:00"); play.tell(...back(15)); },
    end: (world) => {
      expect(totals(world, "credit")).toEqual(["150.00"]);
      expect(applied(world)).toEqual([["US01:return:RMA-1|RMA-1:INV-1|1", "confirmed", "150.00", true]]);
      expect([openOf(world, "INV-1", "CM-1"), m6(world), troubles(world)]).toEqual([["50.00", "0.00"], ["150.00", "150.00", "0.00"], []]);
    },
  });
  scenario("S08: paid 550.00 of 600.00, 180.00 credited: 50.00 applied, 130.00 stays open on account", {
    script: (play) => { sale(play); play.tell(pays("R-1", "2026-03-05 10:00", "550.00", { "INV-1": "550.00" })); play.until("2026-03-06 08:00"); play.tell(...back(18)); },
    end: (world) => {
      expect([openOf(world, "INV-1", "CM-1"), m6(world), troubles(world)]).toEqual([["0.00", "130.00"], ["180.00", "50.00", "0.00"], []]);
      expect([...world.store.subjects.values()].find(({ ref }) => ref.kind === "return")?.plan?.slices).toMatchObject([{ stage: "credit_settle", amount: "130.00", holder: "cash" }]);
    },
  });
  scenario("paid in full before: nothing is asked, the whole credit stays open", {
    script: (play) => { sale(play); play.tell(pays("R-1", "2026-03-05 10:00", "600.00", { "INV-1": "600.00" })); play.until("2026-03-06 08:00"); play.tell(...back(15)); },
    end: (world) => { expect([applied(world), openOf(world, "INV-1", "CM-1"), m6(world)]).toEqual([[], ["0.00", "150.00"], ["150.00", "0.00", "0.00"]]); },
  });
  scenario("a payment at the same time: money and credit together never exceed the invoice, and neither waits for a person but the surplus", {
    script: (play) => { sale(play); play.tell(...back(15), pays("R-1", "2026-03-09 10:30", "600.00", { "INV-1": "600.00" })); },
    end: (world) => {
      const rest = Number(open(world, "CM-1")) + Number(world.erp.receipts.get("R-1")?.amount.minus(world.erp.receipts.get("R-1")?.applied ?? 0));
      expect([open(world, "INV-1"), rest]).toEqual(["0.00", 150]);
      expect(troubles(world).filter((code) => code !== "PAY-01")).toEqual([]);
    },
    shuffles: 20,
  });
  scenario("two returns of one invoice that is nearly paid share what is open", {
    script: (play) => { sale(play); play.tell(pays("R-1", "2026-03-05 10:00", "480.00", { "INV-1": "480.00" })); play.until("2026-03-06 08:00"); play.tell(...back(10), ...back(5, "RMA-2", "11")); },
    end: (world) => {
      expect([open(world, "INV-1"), Number(open(world, "CM-1")) + Number(open(world, "CM-2")), troubles(world)]).toEqual(["0.00", 30, []]);
    },
    shuffles: 10,
  });
  scenario("a payment that bounces makes room: the open credit is applied in a second part", {
    script: (play) => {
      sale(play);
      play.tell(pays("R-1", "2026-03-05 10:00", "550.00", { "INV-1": "550.00" }));
      play.until("2026-03-06 08:00");
      play.tell(...back(18));
      play.until("2026-03-09 18:00");
      play.tell(pays("R-1", "2026-03-05 10:00", "550.00", { "INV-1": "550.00" }, { version: 2, reversed: true }));
    },
    end: (world) => {
      expect(applied(world).map(([key, state, amount]) => [key, state, amount])).toEqual([["US01:return:RMA-1|RMA-1:INV-1|1", "confirmed", "50.00"], ["US01:return:RMA-1|RMA-1:INV-1|2", "confirmed", "130.00"]]);
      expect([openOf(world, "INV-1", "CM-1"), m6(world)]).toEqual([["420.00", "0.00"], ["180.00", "180.00", "0.00"]]);
      expect([world.commands("reverse_receipt").map((row) => [row.state, row.verifiedAt !== null]), troubles(world)]).toEqual([[["confirmed", true]], []]);
    },
  });
});

describe("a correction of a billing unit", () => {
  const recounted = (play: Play) => {
    play.tell(ships("SH-1", "2026-03-03 09:00", [{ order: "SO-1", line: "1", item: "A", quantity: 57 }], 2, { shippedAt: "2026-03-02T14:00:00.000Z" }));
    play.decide({ rule: "CREDIT_APPROVAL" });
  };
  const unit = "US01:billing_unit:SH-1/C-1/USD/net30/p1";
  scenario("is applied like a return's credit", {
    script: (play) => { sale(play); recounted(play); },
    end: (world) => {
      expect(applied(world)).toEqual([[`${unit}|correction/SO-1/1:INV-1|1`, "confirmed", "30.00", true]]);
      expect([openOf(world, "INV-1", "CM-1"), m6(world, unit), booked(world, unit, "credit_applied").amount, troubles(world)]).toEqual([["570.00", "0.00"], ["30.00", "30.00", "0.00"], "30.00", []]);
    },
  });
  scenario("and stays open where the customer has paid", {
    script: (play) => { sale(play); play.tell(pays("R-1", "2026-03-02 19:00", "590.00", { "INV-1": "590.00" })); play.until("2026-03-03 08:00"); recounted(play); },
    end: (world) => { expect([openOf(world, "INV-1", "CM-1"), m6(world, unit), troubles(world)]).toEqual([["0.00", "20.00"], ["30.00", "10.00", "0.00"], []]); },
  });
});

describe("money given back settles what it came from, in the ledger too", () => {
  const refunds = (world: World) => world.commands("post_refund").map((row) => [row.naturalKey.split("|").slice(1).join("|"), row.state, row.payload["source"], row.payload["amount"]]);
  scenario("by the card that paid: the credit is open nowhere", {
    script: (play) => {
      play.given(exempt);
      play.tell(order("SO-1").line("1", "A", 60, "10.00").card(), authorised("SO-1", "AUTH-7", "2026-03-02 09:05", "600.00"));
      play.until("2026-03-02 13:00");
      play.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 60 }]));
      play.until("2026-03-02 18:00");
      play.tell(pays("R-1", "2026-03-03 10:00", "600.00", { "INV-1": "600.00" }, { means: "card" }));
      play.until("2026-03-04 08:00");
      play.tell(...back(15));
    },
    end: (world) => {
      expect(refunds(world)).toEqual([["US01:return:RMA-1|RMA-1|1", "confirmed", "credit", "150.00"]]);
      expect([applied(world), openOf(world, "INV-1", "CM-1"), m6(world), troubles(world)]).toEqual([[], ["0.00", "0.00"], ["150.00", "0.00", "150.00"], []]);
    },
  });
  scenario("of a receipt, by a person's wish: the payment is unapplied nowhere", {
    script: (play) => {
      sale(play);
      play.tell(pays("R-1", "2026-03-05 10:00", "640.00", { "INV-1": "640.00" }));
      play.until("2026-03-06 08:00");
      play.tell(overlays({ entity: "US01", kind: "receipt", key: "R-1" }, "D-1", "2026-03-06 09:00", "R-1", "refund", { amount: "40.00", means: "original" }));
    },
    end: (world) => {
      expect(refunds(world)).toEqual([["US01:receipt:R-1|refund/D-1|1", "confirmed", "receipt", "40.00"]]);
      expect([booked(world, "US01:receipt:R-1", "refunded").amount, booked(world, "US01:receipt:R-1", "unapplied").amount, troubles(world)]).toEqual(["40.00", "0.00", []]);
    },
  });
});

describe("it counts as applied only once the ledger said so", () => {
  const told = (fault: Fault) => (play: Play): void => { sale(play); play.fault(fault); play.tell(...back(15)); };
  for (const does of ["lose", "vanish"] as const) scenario(`its answer is ${does === "lose" ? "lost" : "never given"}: open here until look-up knows, applied once`, {
    script: (play) => { told({ kind: "apply_credit", does })(play); if (does === "vanish") play.check((world) => { expect([m6(world), world.commands("apply_credit")[0]?.state]).toEqual([["150.00", "0.00", "0.00"], "unknown"]); }); play.until("2026-03-09 20:00"); },
    end: (world) => { expect([applied(world).map(([, state]) => state), openOf(world, "INV-1", "CM-1"), m6(world), troubles(world)]).toEqual([["confirmed"], ["450.00", "0.00"], ["150.00", "150.00", "0.00"], []]); },
  });
  scenario("refused: a person's matter (CRD-01), and both documents stay open in every book", {
    script: told({ kind: "apply_credit", does: "refuse", refusal: { code: "CRD-01", message: "the credit is blocked" }, times: 9 }),
    end: (world) => { expect([openOf(world, "INV-1", "CM-1"), m6(world), troubles(world)]).toEqual([["600.00", "150.00"], ["150.00", "0.00", "0.00"], ["CRD-01"]]); },
  });
  scenario("crossing with a payment that the ledger then refuses: the payment goes in again with what is left", {
    script: (play) => {
      told({ kind: "apply_credit", does: "hold" })(play);
      play.until("2026-03-09 12:00");
      play.tell(pays("R-1", "2026-03-09 13:00", "600.00", { "INV-1": "600.00" }));
      play.until("2026-03-09 15:00");
      play.check((world) => { expect([world.commands("apply_receipt")[0]?.state, troubles(world)]).toEqual(["rejected", ["PAY-01"]]); });
      play.act((world) => { world.delivery.answerHeld(); });
    },
    end: (world) => {
      expect(openOf(world, "INV-1", "CM-1")).toEqual(["0.00", "0.00"]);
      expect(world.commands("apply_receipt").map((row) => [row.state, row.payload["amount"]])).toEqual([["confirmed", "450.00"]]);
    },
  });
});

describe("a return of which less came than was credited", () => {
  const counted = (quantity: number, version: number) => returnReceived("RMA-1", "SO-1", `2026-03-09 1${version}:30`, [{ line: "1", item: "A", quantity }], version);
  const corrected = (play: Play, given: Parameters<Play["tell"]> = []) => {
    sale(play);
    if (given.length > 0) { play.tell(...given); play.until("2026-03-06 08:00"); }
    play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-09 10:00", { 1: 15 }), counted(15, 1));
    play.until("2026-03-09 12:00");
    play.tell(counted(5, 2));
    play.until("2026-03-09 16:00");
  };
  const credited = (world: World) => booked(world, "US01:return:RMA-1", "credited").quantity;
  scenario("a debit is proposed, and until then the difference has its name", {
    script: (play) => { corrected(play); },
    end: (world) => {
      expect(world.holds().map(({ rule, amount, message }) => [rule, amount, message])).toEqual([["CREDIT_APPROVAL", "100.00", "Debit of 100.00 USD for return RMA-1: less came back than was credited."]]);
      expect([credited(world), booked(world, "US01:return:RMA-1", "credited_ahead").quantity, open(world, "INV-1")]).toEqual(["15", "10", "450.00"]);
    },
  });
  scenario("approved, it is an open item of its own beside the invoice, due by its terms", {
    script: (play) => { corrected(play); play.decide({ rule: "CREDIT_APPROVAL" }); },
    end: (world) => { expect([credited(world), booked(world, "US01:return:RMA-1", "credited_ahead").quantity, openOf(world, "INV-1", "DM-1"), m6(world), troubles(world)]).toEqual(["5", "0", ["450.00", "100.00"], ["150.00", "150.00", "0.00"], ["RET-01"]]);
      expect(document(world, "DM-1")).toMatchObject({ kind: "debit", total: "100.00", invoice: "INV-1", dueDate: "2026-04-08", lines: [{ line: "1", quantity: "10", net: "100.00" }] });
    },
  });
  scenario("on a paid invoice the open credit settles it", {
    script: (play) => { corrected(play, [pays("R-1", "2026-03-05 10:00", "600.00", { "INV-1": "600.00" })]); play.decide({ rule: "CREDIT_APPROVAL" }); },
    end: (world) => { expect([openOf(world, "INV-1", "DM-1", "CM-1"), m6(world), troubles(world)]).toEqual([["0.00", "0.00", "50.00"], ["150.00", "100.00", "0.00"], ["RET-01"]]); },
  });
  scenario("rejected, it stays as it is and is not asked again", {
    script: (play) => { corrected(play); play.decide({ rule: "CREDIT_APPROVAL", verdict: "reject" }); },
    end: (world) => { expect([credited(world), booked(world, "US01:return:RMA-1", "credited_ahead").quantity, troubles(world)]).toEqual(["15", "10", ["RET-01"]]); },
  });
  scenario("and came after all: credited anew", {
    script: (play) => { corrected(play); play.decide({ rule: "CREDIT_APPROVAL" }); play.until("2026-03-09 17:00"); play.tell({ ...counted(15, 3), at: "2026-03-09T18:00:00.000Z" }); },
    end: (world) => { expect([credited(world), openOf(world, "INV-1", "DM-1"), troubles(world)]).toEqual(["15", ["350.00", "100.00"], []]); },
  });
});

scenario("a sample that comes back is credited by no document, and its return is settled", {
  script: (play) => {
    play.given(exempt);
    play.tell(order("SO-1").line("1", "A", 10, "10.00").line("2", "B", 1, "0", { freeReason: "sample" }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-1", line: "2", item: "B", quantity: 1 }]));
    play.until("2026-03-02 18:00");
    play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-09 10:00", { 2: 1 }), returnReceived("RMA-1", "SO-1", "2026-03-09 10:30", [{ line: "2", item: "B", quantity: 1 }]));
    play.until("2026-03-12 10:00");
  },
  end: (world) => {
    expect([totals(world, "credit"), troubles(world), [...world.store.subjects.values()].find(({ ref }) => ref.kind === "return")?.plan?.summary.tracks["return"]]).toEqual([[], [], "settled"]);
  },
});
