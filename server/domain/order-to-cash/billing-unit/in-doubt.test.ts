import { expect, test } from "vitest";
import { addMs, minutes } from "../../instant";
import { line, terms, unit } from "./fixtures";

test("a posting that has been in doubt for long asks for no review that has passed: it would be planned every second until the ledger answers", () => {
  const rehearsal = unit(terms([line("1", "100", "12.00", "1200.00", { estimatedTax: "0.00" })], { taxExempt: true, certificateCovers: true }));
  rehearsal.run(["post_invoice"]);
  const row = rehearsal.row("post_invoice");
  rehearsal.send(row!, "unknown");
  expect(rehearsal.look().nextReviewAt).toBe(addMs(rehearsal.now, minutes(30)));
  rehearsal.now = addMs(rehearsal.now, minutes(45));
  const { nextReviewAt } = rehearsal.look();
  expect(nextReviewAt === null || nextReviewAt > rehearsal.now).toBe(true);
});
