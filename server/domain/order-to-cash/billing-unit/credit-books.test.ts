import { describe, expect, test } from "vitest";
import { sumOf, dec } from "../../decimal";
import { change, line, openItem, state, terms, unit } from "./fixtures";
import { codes, type Rehearsal } from "./rehearsal";

const booked = (rehearsal: Rehearsal, term: string) => rehearsal.look().balances.filter((row) => row.term === term).map(({ document, amount }) => [document, amount]);
const sum = (rehearsal: Rehearsal, term: string) => sumOf(booked(rehearsal, term), ([, amount]) => dec(amount ?? "0")).toFixed(2);
const approve = (rehearsal: Rehearsal) => { rehearsal.run(); rehearsal.decide("CREDIT_APPROVAL"); return rehearsal.run(); };
const exempt = { taxExempt: true, certificateCovers: true };
const free = { estimatedTax: "0.00" };

describe("credits and debits of one unit in its books (M4, M6)", () => {
  /** 100.00 billed, 20.00 credited for a recount, then 4.00 debited for a price that rose. */
  function creditThenDebit(): Rehearsal {
    const rehearsal = unit(terms([line("1", "100", "1.00", "100.00", free)], exempt));
    rehearsal.run();
    change(rehearsal, terms([line("1", "80", "1.00", "80.00", free)], exempt));
    approve(rehearsal);
    change(rehearsal, terms([line("1", "80", "1.05", "84.00", free)], exempt));
    approve(rehearsal);
    return rehearsal;
  }

  test("a debit after a credit is owed by itself beside the invoice: M4 counts both", () => {
    const rehearsal = creditThenDebit();
    expect([openItem(rehearsal), openItem(rehearsal, "DM-1")]).toMatchObject([{ open: "80.00", debits: ["DM-1"] }, { open: "4.00", debitOf: "INV-1", total: "4.00", dueDate: "2026-04-01" }]);
    expect([booked(rehearsal, "credit_applied"), booked(rehearsal, "debit_total")]).toEqual([[["CM-1", "20.00"]], [["DM-1", "4.00"]]]);
    expect(rehearsal.look().slices.filter(({ stage }) => stage === "collect").map(({ document, amount }) => [document, amount])).toEqual([["INV-1", "80.00"], ["DM-1", "4.00"]]);
    expect(sum(rehearsal, "credit_applied_out")).toBe(sum(rehearsal, "credit_total"));
  });

  test("paid in between: what does not fit the invoice any more is set against the debit, the rest stays an open credit", () => {
    const rehearsal = unit(terms([line("1", "100", "1.00", "100.00", free)], exempt));
    rehearsal.run();
    rehearsal.hear("receipt.application", "US01:receipt:R-1", { receipt: "R-1", invoice: "INV-1", means: "bank", wanted: "90.00", applied: "90.00", writtenOff: "0.00", receivedOn: "2026-03-03", currency: "USD" });
    change(rehearsal, terms([line("1", "80", "1.00", "80.00", free)], exempt));
    approve(rehearsal);
    change(rehearsal, terms([line("1", "80", "1.05", "84.00", free)], exempt));
    approve(rehearsal);
    expect([state(rehearsal).open, sum(rehearsal, "credit_total"), sum(rehearsal, "credit_applied")]).toEqual(["0.00", "20.00", "14.00"]);
    expect(rehearsal.look().slices).toMatchObject([{ stage: "credit_settle", amount: "6.00" }]);
  });
});

test("a bounce and then a delivery by the same channel are two versions: INV-06 ends, whichever is told first", () => {
  const told = (state: "sent" | "bounced", minute: string) => ({ invoice: "INV-1", channel: "web", state, at: `2026-03-02T14:${minute}:00.000Z` });
  for (const rows of [[told("bounced", "10"), told("sent", "20")], [told("sent", "20"), told("bounced", "10")]]) {
    const rehearsal = unit(terms([line("1", "1", "1.00", "1.00", free)], exempt));
    rehearsal.run();
    for (const row of rows) rehearsal.say("invoice.delivered", row, "crm");
    expect([codes(rehearsal.run().exceptions), state(rehearsal).sentAt]).toEqual([[], "2026-03-02T14:20:00.000Z"]);
    rehearsal.say("invoice.delivered", told("bounced", "30"), "crm");
    expect(codes(rehearsal.run().exceptions)).toEqual(["INV-06"]);
    expect(new Set(rehearsal.facts.filter(({ type }) => type === "invoice.delivered").map(({ version }) => version)).size).toBe(3);
  }
});
