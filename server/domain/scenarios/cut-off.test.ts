import { describe, expect, test } from "vitest";
import { at, customer, event, order, periods, ships } from "../../testing/world/builders";
import { movementRows } from "../../testing/world/store";
import { tellInOrder } from "../../testing/world/play";
import { createWorld, type World } from "../../testing/world/world";
import { unbilledChanges, unbilledMilestones, unbilledTerms, type UnbilledBooks } from "../close/books";
import { lateSinceClose, lateTotals, unbilledShipments, unbilledTotals } from "../close/unbilled";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const isOneOf = <T extends string>(names: readonly T[], name: string): name is T => (names as readonly string[]).includes(name);

/** What the books of the orders of a world say, with each milestone as it was first known. */
function booksAsTheyCame() {
  const milestones = new Map<string, UnbilledBooks["milestones"][number]>();
  const look = (world: World): void => {
    soundState(world);
    for (const { ref, plan } of world.store.subjects.values())
      for (const row of ref.kind === "order" ? (plan?.milestones ?? []) : [])
        if (isOneOf(unbilledMilestones, row.name) && !milestones.has(`${ref.id} ${row.name} ${row.slot}`)) milestones.set(`${ref.id} ${row.name} ${row.slot}`, { order: ref.id, name: row.name, slot: row.slot, document: row.document, occurredAt: row.occurredAt, recordedAt: world.store.now });
  };
  const books = (world: World, destination: readonly string[]): UnbilledBooks => ({
    movements: movementRows(world.store).flatMap(({ subject, term, ...row }) => (isOneOf(unbilledTerms, term) ? [{ ...row, term, order: subject }] : [])),
    milestones: [...milestones.values()],
    charges: [...world.store.subjects.values()].flatMap(({ slices }) => slices.filter((slice) => slice.validTo === null && slice.line.startsWith("charge:") && slice.bucket !== null && slice.document !== null).map((slice) => ({ order: slice.subject, line: slice.line, unit: slice.document ?? "", amount: slice.charges, currency: slice.currency, recordedAt: slice.validFrom }))),
    titles: new Map(destination.map((number) => [`US01:order:${number}`, "destination" as const])),
  });
  return { look, books };
}

const one = (number: string, price: string) => order(number).placed("2026-03-29 09:00").line("1", "A", 1, price);
const left = (number: string, short: string, told = short) => ({ ...ships(`SH-${number}`, short, [{ order: number, line: "1", item: "A", quantity: 1 }]), at: at(told) });

test("S22 cut-off: three orders through the planners; control figure 11,500.00 and accrual 4,000.00 now, 7,500.00 and 0.00 at soft close, late since close 4,000.00", () => {
  const { look, books } = booksAsTheyCame();
  const world = tellInOrder((play) => {
    play.given(customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] }));
    play.tell(one("A", "4000.00"), one("B", "4000.00"), one("C", "7500.00").with({ titleTransfer: "destination" }), left("C", "2026-03-30 14:00"));
    play.until("2026-04-01 08:59");
    play.tell(left("A", "2026-03-31 16:30", "2026-04-01 09:00")); play.until("2026-04-01 17:59");
    play.tell(periods(2, "2026-04-01 18:00", { "2026-03": "soft_closed" })); play.until("2026-04-02 09:59");
    play.tell(left("B", "2026-03-31 16:30", "2026-04-02 10:00")); play.until("2026-04-02 10:30");
    play.decide({ rule: "PERIOD_CLOSED", consequence: "next_open_period" }); play.until("2026-04-02 14:00");
    play.tell(event("shipment.delivered", at("2026-04-02 15:00"), { shipment: "SH-C", version: 1, state: "delivered", at: at("2026-04-02 15:00") })); play.until("2026-04-03 18:00");
  }, { planners }, look);
  expect(world.erp.documents.map(({ total, accountingDate }) => [total, accountingDate]).sort()).toEqual([["4000.00", "2026-03-31"], ["4000.00", "2026-04-01"], ["7500.00", "2026-04-02"]]);
  const { changes, titles } = unbilledChanges(books(world, ["C"]), world.policy.calendar.zone), march = (known: string) => ({ day: "2026-03-31", known });
  const now = unbilledShipments(changes, titles, march(world.store.now)), softClose = unbilledShipments(changes, titles, march(at("2026-04-01 18:00")));
  expect(unbilledTotals(now)).toEqual([{ currency: "USD", control: "11500.00", accrual: "4000.00", shipments: 2, orders: 2 }]);
  expect(unbilledTotals(softClose)).toEqual([{ currency: "USD", control: "7500.00", accrual: "0.00", shipments: 1, orders: 1 }]);
  expect(lateTotals(lateSinceClose({ rows: softClose, asOf: march(at("2026-04-01 18:00")) }, now, changes, titles))).toEqual([{ currency: "USD", control: "4000.00", accrual: "4000.00" }]);
  expect(unbilledShipments(changes, titles, { day: "2026-04-02", known: world.store.now })).toEqual([]);
});

test("freight counts with the goods that it goes with, until the invoice bears it; goods that leave in the evening are of that day", () => {
  const { look, books } = booksAsTheyCame();
  const zone = "America/Chicago", world = tellInOrder((play) => {
    play.tell(one("F", "100.00").charge("freight", "9.99").with({ titleTransfer: "destination" }), left("F", "2026-04-01 02:30")); play.until("2026-04-01 03:00");
  }, { planners }, look);
  const before = unbilledChanges(books(world, ["F"]), zone);
  expect(unbilledShipments(before.changes, before.titles, { day: "2026-03-31", known: world.store.now })).toMatchObject([{ goods: "100.00", charges: "9.99", total: "109.99", accrued: "0.00", shippedOn: "2026-03-31", titleOn: null }]);
  world.tell(event("shipment.delivered", at("2026-04-02 15:00"), { shipment: "SH-F", version: 1, state: "delivered", at: at("2026-04-02 15:00") }));
  world.advance("2026-04-02 18:00");
  look(world);
  const after = unbilledChanges(books(world, ["F"]), zone);
  expect(unbilledShipments(after.changes, after.titles, { day: "2026-04-02", known: world.store.now })).toEqual([]);
  expect(unbilledShipments(after.changes, after.titles, { day: "2026-03-31", known: world.store.now })).toMatchObject([{ goods: "100.00", charges: "9.99", total: "109.99", accrued: "0.00" }]);
});

describe("a period that closes while a batch is in flight", () => {
  const goods = (number: string) => [one(number, "100.00"), left(number, "2026-03-31 16:30")] as const;
  const of = (number: string) => (row: { subject: string }) => row.subject.includes(`SH-${number}`);
  const state = (world: World, number: string) => world.commands("post_invoice").filter(of(number)).map((row) => [row.state, row.payload["accountingDate"]]);
  const heldOf = (world: World) => world.holds().map(({ rule, subject, amount }) => [rule, subject.split(":")[2]?.split("/")[0], amount]);
  const closes = (world: World) => { world.advance("2026-04-01 18:00"); world.tell(periods(2, "2026-04-01 18:00", { "2026-03": "soft_closed" })); };

  test("what the ledger took before it closed stands in it, also where nobody knew yet; what never came there is decided, and nothing is posted twice", () => {
    const world = createWorld({ planners });
    world.tell(one("L", "100.00"), one("H", "100.00"), one("V", "100.00"));
    for (const [number, does] of [["L", "lose"], ["H", "hold"], ["V", "vanish"]] as const) world.fault({ kind: "post_invoice", fits: of(number), does });
    world.advance("2026-04-01 17:59");
    for (const number of ["L", "H", "V"]) world.tell(left(number, "2026-03-31 16:30", "2026-04-01 17:59"));
    expect(["H", "V"].flatMap((number) => state(world, number))).toEqual([["sending", "2026-03-31"], ["unknown", "2026-03-31"]]);
    world.tell(periods(2, "2026-04-01 17:59", { "2026-03": "soft_closed" }));
    expect(state(world, "H")).toEqual([["sending", "2026-03-31"]]);
    world.delivery.answerHeld();
    world.advance("2026-04-01 19:00");
    expect(["L", "H"].flatMap((number) => state(world, number))).toEqual([["confirmed", "2026-03-31"], ["confirmed", "2026-03-31"]]);
    expect(heldOf(world)).toEqual([["PERIOD_CLOSED", "SH-V", "108.00"]]);
    expect(world.erp.documents.map(({ accountingDate }) => accountingDate)).toEqual(["2026-03-31", "2026-03-31"]);
    world.decide({ rule: "PERIOD_CLOSED", consequence: "next_open_period" });
    expect(world.erp.documents.map(({ accountingDate }) => accountingDate)).toEqual(["2026-03-31", "2026-03-31", "2026-04-01"]);
    soundState(world);
    plansOnce(world);
  });
  test("a ledger that closed before it said so refuses: as soon as that is known the document is decided, and goes into the next open period", () => {
    const world = createWorld({ planners });
    world.fault({ kind: "post_invoice", does: "refuse", refusal: { code: "INV-01", message: "Posting date 2026-03-31 is in soft-closed period 2026-03" } });
    world.tell(...goods("R"));
    world.advance("2026-03-31 17:00");
    expect([world.exceptions().map(({ code }) => code), heldOf(world)]).toEqual([["INV-01"], []]);
    closes(world);
    expect(heldOf(world)).toEqual([["PERIOD_CLOSED", "SH-R", "108.00"]]);
    world.decide({ rule: "PERIOD_CLOSED", consequence: "next_open_period" });
    world.advance("2026-04-02 10:00");
    expect([world.exceptions(), heldOf(world), world.erp.documents.map(({ accountingDate }) => accountingDate)]).toEqual([[], [], ["2026-04-01"]]);
    soundState(world);
  });
  test("a document that waits for a decision goes by itself when the period is reopened", () => {
    const world = createWorld({ planners });
    world.tell(one("W", "100.00"));
    closes(world);
    world.tell(left("W", "2026-03-31 16:30", "2026-04-02 08:00"));
    expect([heldOf(world), world.erp.documents]).toEqual([[["PERIOD_CLOSED", "SH-W", "108.00"]], []]);
    world.tell(periods(3, "2026-04-02 09:00"));
    expect([heldOf(world), world.erp.documents.map(({ accountingDate }) => accountingDate)]).toEqual([[], ["2026-03-31"]]);
    soundState(world);
  });
});
