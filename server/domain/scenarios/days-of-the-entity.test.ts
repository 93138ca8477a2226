import { describe, expect, test } from "vitest";
import { booksOf } from "../../testing/world/books";
import { testPolicy } from "../../testing/world/defaults";
import { at, credit, customer, event, order, returnAuthorised, returnReceived, ships, type Told } from "../../testing/world/builders";
import { tellInOrder } from "../../testing/world/play";
import { describeWorld, totals, troubles } from "../../testing/world/readings";
import { planners } from "../planners";
import type { Policy } from "../policy";
import { unclaimedSubject } from "../unclaimed";

/** Dates are the entity's. Its evening of 2 March is 3 March in UTC already. */
const chicago: Policy = { ...testPolicy, calendar: { ...testPolicy.calendar, zone: "America/Chicago" } };
const so = order("SO-1").placed("2026-03-03 01:00").line("1", "A", 10, "12.50").build();
const play = (...told: Told[]) => tellInOrder((script) => { script.tell(...told); }, { planners, policy: chicago });
const left = ships("SH-1", "2026-03-03 02:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]);
const agreed = (agreement: string, price: string, validFrom: string, validTo?: string): Told => event("price.agreed", at("2026-03-01"), { agreement, version: 1, customer: "C-1", item: "A", price, unit: "EA", currency: "USD", validFrom, ...(validTo === undefined ? {} : { validTo }) });

describe("what is ordered and leaves in the evening", () => {
  test("may be the invoice that was made by hand on that day", () => {
    const hand: Told = { ...event("ledger.document_read", at("2026-03-03 01:30"), { kind: "invoice", number: "H-1", version: 1, state: "posted", customer: "C-1", currency: "USD", net: "125.00", tax: "10.00", total: "135.00", accountingDate: "2026-03-02" }, "erp"), subject: unclaimedSubject("US01", "H-1") };
    const world = play(so, hand, left);
    expect([world.exceptions().map(({ message }) => message), totals(world)], describeWorld(world)).toEqual([["H-1 in the ledger may be this invoice (same amount before tax, same customer, dated the day the goods left): a person says whether it is."], []]);
  });

  test("counts on that day in the books, beside its invoice", () => {
    const days = booksOf(play(so, left)).movements.map(({ effectiveOn }) => effectiveOn);
    expect([days.length > 5, new Set(days)]).toEqual([true, new Set(["2026-03-02"])]);
  });

  test("has that day's price", () => {
    expect(troubles(play(agreed("P-1", "12.50", "2026-01-01", "2026-03-02"), agreed("P-2", "20.00", "2026-03-03"), so))).toEqual([]);
  });

  test("has that day's tax in its estimate as in its invoice", () => {
    const world = play(so, left);
    expect(world.commands("estimate_tax").map(({ payload }) => payload["taxDate"]).concat(world.commands("determine_tax").map(({ payload }) => payload["taxDate"])), describeWorld(world)).toEqual(["2026-03-02", "2026-03-02"]);
    expect(world.commands("post_invoice")[0]?.payload["accountingDate"]).toBe("2026-03-02");
  });

  test("is exempt by a certificate whose last day it is", () => {
    const world = play(customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01", validTo: "2026-03-02" }] }, 2), so, left);
    expect([troubles(world), totals(world)], describeWorld(world)).toEqual([[], ["125.00"]]);
  });

  test("goes while what is owed is not overdue yet", () => {
    const owed = (oldestDue: string): string[] => troubles(play(credit("C-1", 2, "2026-03-03 00:30", "10000.00", "600.00", { overdue: "600.00", oldestDue }), so));
    const days = chicago.overdueDays, day = (back: number): string => new Date(Date.UTC(2026, 2, 2 - back)).toISOString().slice(0, 10);
    expect([owed(day(days)), owed(day(days + 1))]).toEqual([[], ["CREDIT_OVERDUE"]]);
  });

  test("comes back, and may be the credit that was made by hand on the evening on which that was asked for", () => {
    const memo: Told = { ...event("ledger.document_read", at("2026-03-06 02:30"), { kind: "credit", number: "CN-9", order: "SO-1", version: 1, state: "posted", customer: "C-1", currency: "USD", net: "25.00", charges: "0.00", tax: "2.00", total: "27.00", accountingDate: "2026-03-05" }, "erp"), subject: { entity: "US01", kind: "order", key: "SO-1" } };
    const world = play(so, left, returnAuthorised("RMA-1", "SO-1", "2026-03-06 02:00", { 1: 2 }), memo, returnReceived("RMA-1", "SO-1", "2026-03-08 09:00", [{ line: "1", item: "A", quantity: 2 }]));
    expect([world.exceptions().filter(({ subject }) => subject === "US01:return:RMA-1").map(({ code }) => code), totals(world, "credit")], describeWorld(world)).toEqual([["INV-05"], []]);
  });
});
