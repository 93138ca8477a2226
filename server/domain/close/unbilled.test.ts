import { describe, expect, test } from "vitest";
import { lateSinceClose, lateTotals, unbilledShipments, unbilledTotals, type TitlePassed, type UnbilledChange } from "./unbilled";

const change = (order: string, kind: UnbilledChange["kind"], amount: string, day: string, recordedAt: string, more: Partial<UnbilledChange> = {}): UnbilledChange =>
  ({ order, shipment: `SH-${order}`, line: "1", part: "goods", kind, document: kind === "invoiced" ? `INV-${order}` : `SH-${order}`, amount, currency: "USD", day, recordedAt, ...more });
const march = (known: string) => ({ day: "2026-03-31", known });
const figures = (rows: ReturnType<typeof unbilledShipments>) => unbilledTotals(rows).map(({ control, accrual }) => [control, accrual]);

/** Order (a) was told and invoiced before the soft close, (b) was told after it and invoiced in April by decision, (c) changes hands on delivery in April. */
const changes: UnbilledChange[] = [
  change("a", "shipped", "4000.00", "2026-03-31", "2026-04-01T09:00:00.000Z"), change("a", "invoiced", "-4000.00", "2026-03-31", "2026-04-01T09:01:00.000Z"),
  change("b", "shipped", "4000.00", "2026-03-31", "2026-04-02T10:00:00.000Z"), change("b", "invoiced", "-4000.00", "2026-04-01", "2026-04-02T11:00:00.000Z"),
  change("c", "shipped", "7500.00", "2026-03-30", "2026-03-30T14:05:00.000Z"), change("c", "invoiced", "-7500.00", "2026-04-02", "2026-04-02T15:10:00.000Z"),
];
const titles: TitlePassed[] = [
  { order: "a", shipment: "SH-a", day: "2026-03-31", recordedAt: "2026-04-01T09:00:00.000Z" }, { order: "b", shipment: "SH-b", day: "2026-03-31", recordedAt: "2026-04-02T10:00:00.000Z" },
  { order: "c", shipment: "SH-c", day: "2026-04-02", recordedAt: "2026-04-02T15:05:00.000Z" },
];
const softClose = "2026-04-01T18:00:00.000Z", now = "2026-04-10T08:00:00.000Z";

describe("S22 cut-off, as of 31 March", () => {
  test("known now: shipped not invoiced 11,500.00, of which accrual 4,000.00", () => {
    expect(figures(unbilledShipments(changes, titles, march(now)))).toEqual([["11500.00", "4000.00"]]);
  });
  test("known at soft close: 7,500.00 and 0.00", () => {
    expect(figures(unbilledShipments(changes, titles, march(softClose)))).toEqual([["7500.00", "0.00"]]);
  });
  test("late since close: 4,000.00, with the shipment that was told late", () => {
    const late = lateSinceClose({ rows: unbilledShipments(changes, titles, march(softClose)), asOf: march(softClose) }, unbilledShipments(changes, titles, march(now)), changes, titles);
    expect(lateTotals(late)).toEqual([{ currency: "USD", control: "4000.00", accrual: "4000.00" }]);
    expect(late).toMatchObject([{ order: "b", before: null, now: "4000.00", because: [{ what: "shipped", document: "SH-b", day: "2026-03-31", amount: "4000.00" }, { what: "title", document: "SH-b" }] }]);
  });
  test("as of 2 April nothing is left", () => { expect(figures(unbilledShipments(changes, titles, { day: "2026-04-02", known: now }))).toEqual([]); });
});

describe("shipped not invoiced", () => {
  const asOf = march(now), at = "2026-03-30T10:00:00.000Z";
  const own = { order: "o", shipment: "SH-1", day: "2026-03-20", recordedAt: at };
  test("currencies stand apart, however they come", () => {
    expect(unbilledTotals(unbilledShipments([change("o", "shipped", "10.00", "2026-03-20", at), change("p", "shipped", "1099", "2026-03-20", at, { currency: "JPY" })], [], asOf)).map(({ currency, control }) => [currency, control])).toEqual([["JPY", "1099"], ["USD", "10.00"]]);
  });
  test("charges count beside goods, an allowance with its sign", () => {
    const rows = [change("o", "shipped", "100.00", "2026-03-20", at, { shipment: "SH-1" }), change("o", "shipped", "9.99", "2026-03-20", at, { shipment: "SH-1", part: "charges", line: "charge:freight" }), change("o", "shipped", "-5.00", "2026-03-20", at, { shipment: "SH-1", part: "charges", line: "charge:promo" })];
    expect(unbilledShipments(rows, [own], asOf)).toMatchObject([{ goods: "100.00", charges: "4.99", total: "104.99", accrued: "104.99" }]);
  });
  test("what is billed ahead of one shipment hides nothing of another", () => {
    const rows = [change("o", "shipped", "40.00", "2026-03-20", at, { shipment: "SH-1" }), change("o", "invoiced", "-60.00", "2026-03-25", at, { shipment: "SH-2" })];
    expect(figures(unbilledShipments(rows, [own], asOf))).toEqual([["40.00", "40.00"]]);
  });
  test("of two shipments under way only the delivered one is accrued, less what is invoiced of it", () => {
    const rows = [change("o", "shipped", "40.00", "2026-03-20", at, { shipment: "SH-1" }), change("o", "shipped", "60.00", "2026-03-21", at, { shipment: "SH-2" }), change("o", "invoiced", "-15.00", "2026-03-25", at, { shipment: "SH-1" })];
    expect(figures(unbilledShipments(rows, [own], asOf))).toEqual([["85.00", "25.00"]]);
  });
  test("an invoice whose shipment nobody knows goes off the oldest of its line", () => {
    const rows = [change("o", "shipped", "60.00", "2026-03-21", at, { shipment: "SH-2" }), change("o", "shipped", "40.00", "2026-03-20", at, { shipment: "SH-1" }), change("o", "invoiced", "-55.00", "2026-03-25", at, { shipment: null })];
    expect(unbilledShipments(rows, [own], asOf).map(({ shipment, total }) => [shipment, total])).toEqual([["SH-2", "45.00"]]);
  });
  test("made free is not owed; a recount that takes goods back leaves nothing", () => {
    const rows = [change("o", "shipped", "40.00", "2026-03-20", at), change("o", "free", "-40.00", "2026-03-20", at), change("p", "shipped", "30.00", "2026-03-20", at), change("p", "shipped", "-30.00", "2026-03-20", "2026-03-31T10:00:00.000Z")];
    expect(unbilledShipments(rows, [], asOf)).toEqual([]);
    expect(figures(unbilledShipments(rows, [], march("2026-03-30T12:00:00.000Z")))).toEqual([["30.00", "0.00"]]);
  });
  test("an invoice that came after the sign-off and is dated before it is late with its minus", () => {
    const rows = [change("o", "shipped", "40.00", "2026-03-20", at), change("o", "invoiced", "-40.00", "2026-03-31", "2026-04-05T10:00:00.000Z")], signed = march("2026-04-03T18:00:00.000Z"), title = [{ ...own, shipment: "SH-o" }];
    expect(lateSinceClose({ rows: unbilledShipments(rows, title, signed), asOf: signed }, unbilledShipments(rows, title, asOf), rows, title)).toMatchObject([{ control: "-40.00", accrual: "-40.00", before: "40.00", now: null, because: [{ what: "invoiced", document: "INV-o", amount: "-40.00" }] }]);
  });
});
