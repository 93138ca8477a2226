import { describe, expect, test } from "vitest";
import { driftsOf } from "../../testing/world/books";
import { event, order, overlays, ships } from "../../testing/world/builders";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { parseSubjectId } from "../subject";

/** One posted, read-back invoice of 135.00: 10 × 12.50 and tax of 8 %. */
function posted(): { world: World; unit: ReturnType<typeof parseSubjectId>; number: string } {
  const world = createWorld({ planners });
  world.tell(order("SO-1").line("1", "A", 10, "12.50"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  const [document] = world.erp.documents;
  if (!document) throw new Error("nothing posted");
  return { world, unit: parseSubjectId(document.subject), number: document.number };
}
const sound = { net: "125.00", charges: "0.00", tax: "10.00", total: "135.00", accountingDate: "2026-03-02", customer: "C-1", currency: "USD", state: "posted" as const };
const read = ({ unit, number }: ReturnType<typeof posted>, more: Partial<Record<keyof typeof sound | "version", string | number>>) =>
  ({ ...event("ledger.document_read", "2026-03-03T09:00:00.000Z", { kind: "invoice", number, version: 2, ...sound, ...more } as never), subject: unit });
const drifting = (world: World) => driftsOf(world).map((drift) => /^M\d( [a-z]+)*/.exec(drift)?.[0]).sort();

describe("M3: wanted = posted in every figure, as the ledger is read back", () => {
  test.each([
    ["as it was sent", {}, []],
    ["cancelled in the ledger's own screens", { state: "voided" }, ["M1", "M3", "M3 customer", "M3 date", "M3 net", "M3 tax", "M3 tax record", "M4"]],
    ["on another customer", { customer: "C-9" }, ["M3 customer", "M3 customer"]],
    ["on another day", { accountingDate: "2026-03-04" }, ["M3 date", "M3 date"]],
    ["a cent of tax", { tax: "10.01", total: "135.01" }, ["M3", "M3 customer", "M3 date", "M3 tax", "M3 tax record"]],
    ["net for charges", { net: "120.00", charges: "5.00" }, ["M3 charges", "M3 net"]],
  ])("%s", (_, more, expected) => {
    const made = posted();
    expect(driftsOf(made.world)).toEqual([]);
    made.world.tell(read(made, more));
    expect(drifting(made.world)).toEqual(expected);
  });
  test("a difference that finance accepted is a term of its own, and only that difference", () => {
    const made = posted(), accepted = ["tax 10.01 instead of 10.00", "total 135.01 instead of 135.00", "accounting date 2026-03-04 instead of 2026-03-02"];
    made.world.tell(read(made, { tax: "10.01", total: "135.01", accountingDate: "2026-03-04" }), overlays(made.unit, "D-1", "2026-03-03 10:00", made.number, "accepted_difference", accepted));
    expect(drifting(made.world)).toEqual(["M3 tax record"]);
    made.world.tell(read(made, { version: 3, tax: "10.02", total: "135.02", accountingDate: "2026-03-04" }));
    expect(drifting(made.world)).toContain("M3");
  });
});
