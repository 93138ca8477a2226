import { expect, test } from "vitest";
import { at, event, order, ships } from "../testing/world/builders";
import { tellInOrder } from "../testing/world/play";
import { totals } from "../testing/world/readings";
import { planners } from "./planners";

/** The ledger was asked to post by its own code, and tells of the invoice by that. */
const read = (customer: string, then: (string | undefined)[] = []) => tellInOrder((play) => {
  play.tell(order("SO-1").line("1", "A", 10, "12.50"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  play.until("2026-03-02 15:00");
  play.act((world) => {
    const [invoice] = world.commands("post_invoice"), key = [...world.store.subjects.values()].find(({ ref }) => ref.kind === "billing_unit")?.ref.key ?? "";
    world.tell({ ...event("ledger.document_read", at("2026-03-02 15:10"), { kind: "invoice", number: invoice?.reference ?? "", version: 9, state: "posted", customer, currency: "USD", total: "135.00", accountingDate: "2026-03-02" }, "erp"), subject: { entity: "US01", kind: "billing_unit" as const, key } });
  });
  then.forEach((canonical, index) => { play.tell(event("code.mapped", at(`2026-03-02 16:0${index}`), { kind: "customer", system: "erp", code: customer, version: index + 1, ...(canonical === undefined ? {} : { canonical }) })); });
}, { planners });
const troubles = (...asked: Parameters<typeof read>): string[] => read(...asked).exceptions().map(({ code, message }) => `${code} ${message}`);
const differs = (customer: string): string[] => [expect.stringMatching(new RegExp(`^INV-04 .* customer ${customer} instead of C-1`)) as string];

test("a customer is compared in our word for it, whatever the ledger calls it, as soon as the cross-reference says so", () => {
  expect(totals(read("C-1"))).toEqual(["135.00"]);
  expect(troubles("C-1")).toEqual([]);
  expect(troubles("D-900")).toEqual(differs("D-900"));
  expect(troubles("D-900", ["C-1"])).toEqual([]);
  expect(troubles("D-900", ["C-2"])).toEqual(differs("C-2"));
  expect(troubles("D-900", ["C-1", undefined])).toEqual(differs("D-900"));
});
