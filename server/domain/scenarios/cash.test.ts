import { describe, expect, test } from "vitest";
import { cancels, customer, order, overlays, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { Fault } from "../../testing/world/delivery";
import { tellInOrder, type Play, type Script } from "../../testing/world/play";
import { open, summaryOf, totals, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { planners } from "../planners";
import { booked, scenario } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });

describe("S12 Answer lost after commit", () => {
  const told = (fault: Fault, until = "2026-03-02 15:00"): Script => (play) => {
    play.given(exempt); play.tell(order("SO-12").line("1", "A", 12, "100.00"));
    play.fault(fault);
    play.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-12", line: "1", item: "A", quantity: 12 }]));
    play.until("2026-03-02 14:20");
    play.until(until);
  };
  const posted = (world: World) => world.commands("post_invoice");
  scenario("look-up finds it with 1,200.00: confirmed, one document", {
    script: told({ kind: "post_invoice", does: "lose" }),
    end: (world) => { expect(totals(world)).toEqual(["1200.00"]); expect(posted(world)).toMatchObject([{ state: "confirmed", attempts: 1 }]); expect(posted(world)[0]?.verifiedAt).not.toBeNull(); expect(troubles(world)).toEqual([]); },
  });
  scenario("(b) finds 1,020.00: INV-04, no second post", {
    script: told({ kind: "post_invoice", does: "lose", alter: (entry) => { entry.total = "1020.00"; entry.net = "1020.00"; } }),
    end: (world) => { expect(world.erp.documents).toHaveLength(1); expect(posted(world)).toHaveLength(1); expect(troubles(world)).toEqual(["INV-04"]); },
    shuffles: 5, drifts: ["M3"],
  });
  scenario("(c) finds nothing twice, 30 s apart: sent again with the same key, one document", {
    script: told({ kind: "post_invoice", does: "vanish" }),
    end: (world) => { expect(totals(world)).toEqual(["1200.00"]); expect(posted(world)).toMatchObject([{ state: "confirmed", attempts: 2 }]); },
  });
  scenario("(d) finds two with the reference: INV-05", {
    script: told({ kind: "post_invoice", does: "lose", twice: true }),
    end: (world) => { expect(posted(world)).toHaveLength(1); expect(posted(world)[0]?.attempts).toBe(1); expect(troubles(world)).toContain("INV-05"); },
    shuffles: 0, drifts: ["M3"],
  });
  scenario("(e) cannot look up: TEC-04, nothing sent", {
    script: told({ kind: "post_invoice", does: "vanish", lookup: false }, "2026-03-02 16:00"),
    end: (world) => { expect(totals(world)).toEqual([]); expect(posted(world)).toMatchObject([{ state: "unknown", attempts: 1 }]); expect(troubles(world)).toEqual(["TEC-04"]); },
  });
});

describe("S14 Deposit", () => {
  const order14 = order("SO-14").line("1", "A", 10, "50.00");
  const parts = [["SH-1", "2026-03-04 14:00", 4], ["SH-2", "2026-03-05 14:00", 4], ["SH-3", "2026-03-06 14:00", 2]] as const;
  scenario("350.00 for the order, before, between or after its invoices: 200.00, 150.00 and nothing, in order of posting (P11)", {
    script: (play) => {
      play.given(exempt);
      play.tell(order14, pays("R-1", "2026-03-03 10:00", "350.00", {}, { order: "SO-14" }), ...parts.map(([shipment, when, quantity]) => ships(shipment, when, [{ order: "SO-14", line: "1", item: "A", quantity }])));
      play.until("2026-03-09 18:00");
      play.check((world) => { expect(["INV-1", "INV-2", "INV-3"].map((invoice) => open(world, invoice))).toEqual(["0.00", "50.00", "100.00"]); });
    },
    end: (world) => {
      expect(booked(world, "US01:receipt:R-1", "applied").amount).toBe("350.00");
      const rests = world.erp.documents.map((entry) => open(world, entry.number));
      expect(rests.reduce((sum, rest) => sum + Number(rest), 0), "one is partly paid at most, and nothing more than once").toBe(150);
      expect(world.erp.documents.filter((entry, index) => rests[index] !== "0.00" && rests[index] !== entry.total).length).toBeLessThanOrEqual(1);
      expect(troubles(world)).toEqual([]);
    },
  });
  const slices = (world: World) => [...world.store.subjects.values()].find(({ ref }) => ref.id === "US01:receipt:R-1")?.plan?.slices.map(({ stage, amount, holder, dueAt }) => [stage, amount, holder, dueAt !== null]);
  const beyond = (name: string, deposit: string, script: Script, end: (world: World) => void) => {
    scenario(name, {
      script: (play) => { play.given(exempt); script(play); play.until("2026-03-10 18:00"); play.check((world) => { expect(booked(world, "US01:receipt:R-1", "deposit").amount).toBe(deposit); }); },
      end,
    });
  };
  const order658 = order("SO-15").line("1", "A", 10, "65.80");
  const all = ships("SH-1", "2026-03-03 14:00", [{ order: "SO-15", line: "1", item: "A", quantity: 10 }]);
  const left = (world: World, applied: string, unapplied: string) => {
    expect([booked(world, "US01:receipt:R-1", "applied").amount, booked(world, "US01:receipt:R-1", "unapplied").amount, troubles(world), slices(world)]).toEqual([applied, unapplied, ["PAY-01"], [["apply", unapplied, "cash", true]]]);
  };
  for (const [by, remittance, more] of [["order of the receipt", {}, { order: "SO-15" }], ["remittance", { "SO-15": "1000.00" }, {}]] as const)
    beyond(`1,000.00 by ${by} on an order of 658.00 that is shipped and invoiced: 342.00 is unapplied, PAY-01`, "0.00", (play) => { play.tell(order658, all, pays("R-1", "2026-03-05 10:00", "1000.00", remittance, more)); }, (world) => { left(world, "658.00", "342.00"); });
  beyond("1,000.00 in advance on an order of 658.00 that is still open: 658.00 is the deposit, 342.00 PAY-01 at once", "658.00", (play) => { play.tell(order658.with({ terms: "advance" }), pays("R-1", "2026-03-03 10:00", "1000.00", { "SO-15": "1000.00" })); }, (world) => {
    expect([booked(world, "US01:receipt:R-1", "deposit").amount, booked(world, "US01:receipt:R-1", "unapplied").amount, troubles(world)]).toEqual(["658.00", "342.00", ["PAY-01"]]);
  });
  beyond("paid twice in advance: the later receipt is a deposit only for what the earlier leaves, the rest PAY-01", "300.00", (play) => {
    play.tell(order658.with({ terms: "advance" }), pays("R-1", "2026-03-03 10:00", "300.00", { "SO-15": "300.00" }), pays("R-2", "2026-03-03 11:00", "658.00", {}, { order: "SO-15" }));
  }, (world) => {
    expect([booked(world, "US01:receipt:R-2", "deposit").amount, booked(world, "US01:receipt:R-2", "unapplied").amount, troubles(world)]).toEqual(["358.00", "300.00", ["PAY-01"]]);
  });
  beyond("the same once it is shipped and invoiced: both are applied as far as the order needs them", "0.00", (play) => {
    play.tell(order658.with({ terms: "advance" }), pays("R-1", "2026-03-03 10:00", "300.00", { "SO-15": "300.00" }), pays("R-2", "2026-03-03 11:00", "658.00", {}, { order: "SO-15" }));
    play.until("2026-03-04 12:00"); play.tell(ships("SH-1", "2026-03-04 14:00", [{ order: "SO-15", line: "1", item: "A", quantity: 10 }]));
  }, (world) => {
    expect([booked(world, "US01:receipt:R-1", "applied").amount, booked(world, "US01:receipt:R-2", "applied").amount, booked(world, "US01:receipt:R-2", "unapplied").amount, troubles(world)]).toEqual(["300.00", "358.00", "300.00", ["PAY-01"]]);
  });
  beyond("an order paid in advance and cancelled: all of it is unapplied", "0.00", (play) => { play.tell(order658.with({ terms: "advance" }), pays("R-1", "2026-03-02 10:00", "658.00", { "SO-15": "658.00" })); play.until("2026-03-03 12:00"); play.tell(cancels("SO-15", "X-1", "2026-03-03 13:00")); }, (world) => { left(world, "0.00", "658.00"); });
  beyond("the same of an order on terms, of which no invoice tells", "0.00", (play) => { play.tell(order658, pays("R-1", "2026-03-02 10:00", "658.00", {}, { order: "SO-15" })); play.until("2026-03-03 12:00"); play.tell(cancels("SO-15", "X-1", "2026-03-03 13:00")); }, (world) => { left(world, "0.00", "658.00"); });
  beyond("a cancelled rest: what was kept for it is unapplied", "0.00", (play) => {
    play.tell(order658.with({ terms: "advance" }), pays("R-1", "2026-03-02 10:00", "658.00", { "SO-15": "658.00" })); play.until("2026-03-03 12:00");
    play.tell(ships("SH-1", "2026-03-04 14:00", [{ order: "SO-15", line: "1", item: "A", quantity: 6 }])); play.until("2026-03-05 12:00");
    play.tell(cancels("SO-15", "X-1", "2026-03-05 13:00", { 1: 4 }));
  }, (world) => { left(world, "394.80", "263.20"); });
});

describe("a payment that bounces", () => {
  const sale = order("SO-16").line("1", "A", 10, "100.00");
  const shipped = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-16", line: "1", item: "A", quantity: 10 }]);
  const bounced = (play: Play) => { play.until("2026-03-07 08:00"); play.tell(pays("R-1", "2026-03-07 10:00", "1000.00", { "INV-1": "1000.00" }, { version: 2, reversed: true })); };
  const start = (play: Play) => { play.given(exempt); play.tell(sale, shipped, pays("R-1", "2026-03-05 10:00", "1000.00", { "INV-1": "1000.00" })); };
  const reversal = (world: World) => world.commands("reverse_receipt").map((row) => [row.state, row.verifiedAt !== null]);
  scenario("leaves nothing of itself in the ledger: the invoice is open again, M5 and M8 close, PAY-03 ends", {
    script: (play) => { start(play); bounced(play); play.until("2026-03-10 10:00"); },
    end: (world) => {
      expect([reversal(world), open(world, "INV-1"), world.erp.receipts.size, troubles(world)]).toEqual([[["confirmed", true]], "1000.00", 0, []]);
      expect(world.erp.balances()).toEqual([{ billTo: "C-1", currency: "USD", balance: "1000" }]);
    },
  });
  scenario("the bounce was an error: the receipt is posted and applied again, and the invoice is paid", {
    script: (play) => { start(play); bounced(play); play.until("2026-03-09 10:00"); play.tell(pays("R-1", "2026-03-09 11:00", "1000.00", { "INV-1": "1000.00" }, { version: 3 })); play.until("2026-03-11 10:00"); },
    end: (world) => {
      expect([world.commands("post_receipt").map(({ state, sequence }) => [state, sequence]), open(world, "INV-1"), world.erp.receipts.size, troubles(world)]).toEqual([[["confirmed", 1], ["confirmed", 2]], "0.00", 1, []]);
      expect(world.erp.balances()).toEqual([{ billTo: "C-1", currency: "USD", balance: "0" }]);
    },
  });
  scenario("the answer of the reversal lost: looked up, done once", {
    script: (play) => { start(play); play.fault({ kind: "reverse_receipt", does: "lose" }); bounced(play); play.until("2026-03-10 10:00"); },
    end: (world) => { expect([reversal(world), world.erp.receipts.size, troubles(world)]).toEqual([[["confirmed", true]], 0, []]); },
  });
});

describe("a payment that its bank corrects", () => {
  const sale = (number: string, shipment: string, at: string) => [order(number).placed(`2026-03-02 ${at}`).line("1", number, 10, "13.50"), ships(shipment, "2026-03-02 14:00", [{ order: number, line: "1", item: number, quantity: 10 }])] as const;
  const start = (play: Play, amount: string, remittance: Record<string, string>) => {
    play.given(exempt); play.tell(...sale("SO-1", "SH-1", "09:00")); play.until("2026-03-02 18:00");
    play.tell(...sale("SO-2", "SH-2", "09:30")); play.until("2026-03-03 18:00");
    play.tell(pays("R-1", "2026-03-05 10:00", amount, remittance)); play.until("2026-03-06 10:00");
  };
  const corrected = (play: Play, amount: string, remittance: Record<string, string>, more: object = {}) => { play.tell(pays("R-1", "2026-03-07 10:00", amount, remittance, { version: 2, receivedOn: "2026-03-05", ...more })); play.until("2026-03-10 10:00"); };
  const opens = (world: World) => ["INV-1", "INV-2"].map((invoice) => open(world, invoice));
  scenario("is for another invoice: reversed there and applied here, and both invoices know", {
    script: (play) => { start(play, "135.00", { "INV-1": "135.00" }); play.check((world) => { expect(opens(world)).toEqual(["0.00", "135.00"]); }); corrected(play, "135.00", { "INV-2": "135.00" }); },
    end: (world) => {
      expect([opens(world), troubles(world), world.holds()]).toEqual([["135.00", "0.00"], [], []]);
      expect(["SO-1", "SO-2"].map((number) => summaryOf(world, `US01:order:${number}`)?.tracks["cash"])).toEqual(["none", "paid"]);
    },
  });
  // Who pays another's invoice owes the simulated ledger less than nothing, and M8 is by bill-to: it is not proved there.
  const pending = (name: string, amount: string, more: object, end: (world: World) => void, drifts: string[] = []) => {
    scenario(`${name}: held, and the books are the ledger's`, {
      script: (play) => { start(play, "270.00", { "INV-1": "135.00", "INV-2": "135.00" }); corrected(play, amount, { "INV-1": "135.00", "INV-2": "65.00" }, more); },
      end: (world) => { expect([opens(world), world.holds().map(({ rule }) => rule), booked(world, "US01:receipt:R-1", "received").amount]).toEqual([["0.00", "0.00"], ["ADJUSTMENT_APPROVAL"], "270.00"]); },
      shuffles: 0,
    });
    scenario(`${name}: approved, it is taken back and posted anew`, {
      script: (play) => { start(play, "270.00", { "INV-1": "135.00", "INV-2": "135.00" }); play.allow({ rule: "ADJUSTMENT_APPROVAL", author: "fay" }); corrected(play, amount, { "INV-1": "135.00", "INV-2": "65.00" }, more); play.allow({ rule: "ADJUSTMENT_APPROVAL", author: "fay" }); play.until("2026-03-12 10:00"); },
      end: (world) => { expect([opens(world), troubles(world), world.holds().map(({ rule }) => rule)]).toEqual([["0.00", "70.00"], [], []]); end(world); },
      drifts,
    });
  };
  const standing = (world: World) => [...world.erp.receipts.values()].map(({ payer, amount, applied }) => [payer, amount.toFixed(2), applied.toFixed(2)]);
  pending("less came", "200.00", {}, (world) => { expect(standing(world)).toEqual([["C-1", "200.00", "200.00"]]); });
  pending("somebody else paid", "200.00", { payer: "C-2" }, (world) => { expect(standing(world)).toEqual([["C-2", "200.00", "200.00"]]); }, ["M8"]);
});

describe("S17 One receipt, many invoices", () => {
  const sale = (number: string, placed: string, amount: string, shipment: string) => [order(number).placed(placed).line("1", number, 1, amount), ships(shipment, placed.replace("09:", "14:"), [{ order: number, line: "1", item: number, quantity: 1 }])] as const;
  const check = pays("R-1", "2026-03-20 10:00", "1500.00", { "INV-1": "600.00", "INV-2": "750.00", "INV-33": "150.00" }, { means: "check" });
  const of = (world: World, term: string) => booked(world, "US01:receipt:R-1", term).amount;
  scenario("1,350.00 applied and 150.00 unapplied with PAY-01; matched to INV-9, 10.00 stays", {
    script: (play) => {
      play.given(exempt); play.tell(...sale("SO-171", "2026-03-02 09:00", "600.00", "SH-1"));
      play.until("2026-03-02 18:00");
      play.tell(...sale("SO-172", "2026-03-03 09:00", "750.00", "SH-2"));
      play.until("2026-03-03 18:00");
      play.act((world) => { world.erp.next(9); });
      play.tell(...sale("SO-179", "2026-03-04 09:00", "140.00", "SH-9"));
      play.until("2026-03-04 18:00");
      play.tell(check, check);
      play.check((world) => { expect(["received", "applied", "unapplied"].map((term) => of(world, term))).toEqual(["1500.00", "1350.00", "150.00"]); expect(troubles(world)).toContain("PAY-01"); });
      play.until("2026-03-20 14:00");
      play.tell(overlays({ entity: "US01", kind: "receipt", key: "R-1" }, "D-O1", "2026-03-20 15:00", "R-1", "remittance.2.document", "INV-9"));
      play.tell(check);
    },
    end: (world) => {
      expect(totals(world)).toEqual(["600.00", "750.00", "140.00"]);
      expect(["INV-1", "INV-2", "INV-9"].map((invoice) => open(world, invoice))).toEqual(["0.00", "0.00", "0.00"]);
      expect(["received", "applied", "unapplied"].map((term) => of(world, term))).toEqual(["1500.00", "1490.00", "10.00"]);
    },
  });
  test("the bank file twice posts and applies nothing more", () => {
    const world = tellInOrder((play) => {
      play.given(exempt); play.tell(...sale("SO-171", "2026-03-02 09:00", "600.00", "SH-1"), pays("R-1", "2026-03-20 10:00", "600.00", { "INV-1": "600.00" }));
      play.check((w) => { expect(w.tell(pays("R-1", "2026-03-20 10:00", "600.00", { "INV-1": "600.00" }))).toBe("repeated"); });
    }, { planners });
    expect([world.commands("post_receipt"), world.commands("apply_receipt")].map((rows) => rows.length)).toEqual([1, 1]);
    expect(world.erp.receipts.get("R-1")?.applied.toFixed(2)).toBe("600.00");
  });
});

describe("a payment of an invoice less a credit, which its remittance names", () => {
  const goods = (quantity: number) => [{ order: "SO-1", line: "1", item: "A", quantity }];
  const credited = (play: Play) => {
    play.given(exempt); play.tell(order("SO-1").line("1", "A", 10, "10.00"), ships("SH-1", "2026-03-02 10:00", goods(5))); play.until("2026-03-02 12:00");
    play.tell(ships("SH-2", "2026-03-02 13:00", goods(5)), pays("R-0", "2026-03-02 15:00", "50.00", { "INV-1": "50.00" })); play.until("2026-03-02 18:00");
    play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: 2 }), returnReceived("RMA-1", "SO-1", "2026-03-03 11:00", [{ line: "1", item: "A", quantity: 2 }])); play.until("2026-03-03 18:00");
  };
  const said = (world: World) => world.exceptions().map(({ code, amount, message }) => [code, amount, message]);
  const words = (receipt: string, rest: string, credit: string) => `Receipt ${receipt} pays INV-2 less ${credit}, which is no invoice or order that we know: ${rest} USD of it stays open. A credit is set against it in the ledger; for anything else ask the payer.`;
  scenario("PAY-02 at once says what of it is not understood, long before the due date", {
    script: (play) => { credited(play); play.tell(pays("R-1", "2026-03-04 10:00", "30.00", { "INV-2": "50.00", "CM-1": "20.00" })); play.until("2026-03-04 18:00"); play.until("2026-03-05 12:00"); },
    end: (world) => { expect([open(world, "INV-2"), said(world)]).toEqual(["20.00", [["PAY-02", "20.00", words("R-1", "20.00", "CM-1 (20.00)")]]]); },
  });
  scenario("a settlement without any money as well", {
    script: (play) => { credited(play); play.tell(pays("R-0b", "2026-03-04 09:00", "30.00", { "INV-2": "30.00" }), pays("R-1", "2026-03-04 10:00", "0.00", { "INV-2": "20.00", "CM-1": "20.00" })); play.until("2026-03-04 18:00"); play.until("2026-03-05 12:00"); },
    end: (world) => { expect([open(world, "INV-2"), said(world)]).toEqual(["20.00", [["PAY-02", "20.00", words("R-1", "20.00", "CM-1 (20.00)")]]]); },
  });
  scenario("and ends once the rest is paid after all", {
    script: (play) => { credited(play); play.tell(pays("R-1", "2026-03-04 10:00", "30.00", { "INV-2": "50.00", "CM-1": "20.00" })); play.until("2026-03-04 12:00"); play.tell(pays("R-2", "2026-03-05 10:00", "20.00", { "INV-2": "20.00" })); play.until("2026-03-05 12:00"); },
    end: (world) => { expect([open(world, "INV-2"), said(world)]).toEqual(["0.00", []]); },
  });
});

test("money of a payer whom the ledger does not know is PAY-01 once, and is placed from there; once the ledger takes it, what it is for is asked", () => {
  const world = tellInOrder((play) => {
    play.fault({ kind: "post_receipt", does: "refuse", refusal: { code: "PAY-01:CustomerNotFound", message: "Customer NOBODY does not exist" } });
    play.tell(pays("R-1", "2026-03-03 10:00", "12.34", {}, { payer: "NOBODY" })); play.until("2026-03-03 12:00");
  }, { planners });
  const raised = () => world.exceptions().map(({ code, amount, message }) => [code, amount, message]);
  expect(raised()).toEqual([["PAY-01", "12.34", "erp refused post receipt: Customer NOBODY does not exist"]]);
  world.decideCommand(world.commands("post_receipt")[0]?.naturalKey ?? "", "retry");
  expect(raised()).toEqual([["PAY-01", "12.34", "12.34 USD of receipt R-1 came without a word what it is for."]]);
});
