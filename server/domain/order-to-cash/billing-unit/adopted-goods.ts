import type { CommandView } from "../../commands";
import type { LedgerDocument } from "../../contracts/billing";
import type { Fact } from "../../facts";
import { overlaysOn } from "../../overlay";
import { adoptedGoodsPath } from "../../unclaimed";
import type { InvoicePayload } from "./invoice";
import type { Unit } from "./unit";

/** What a unit held when a person said that a document is its invoice: goods that are counted again afterwards were billed as they were then. */
export interface AdoptedGoods { number: string; lines: Omit<InvoicePayload["lines"][number], "tax">[]; charges: Omit<InvoicePayload["charges"][number], "tax">[] }

/** What is in the unit now. */
const goodsOf = (unit: Unit): Omit<AdoptedGoods, "number"> => ({
  lines: unit.lines.map(({ key, order, line, item, description, quantity, price, priceUnit, net, taxCategory }) => ({ key, order, line, item, description, quantity, price, priceUnit, net, taxCategory })),
  charges: unit.charges.map(({ charge, order, amount, taxCategory }) => ({ charge, order, amount, taxCategory })),
});

/** What it holds for the one who decides: as our invoice has it where that is there, for which the document then stands. */
export const goodsHeld = (unit: Unit, ours: CommandView | null): Omit<AdoptedGoods, "number"> => {
  if (!ours) return goodsOf(unit);
  const { lines, charges } = ours.payload as unknown as InvoicePayload;
  return { lines: lines.map(({ tax: _, ...line }) => line), charges: charges.map(({ tax: _, ...charge }) => charge) };
};

/** As it was when the document was adopted; where nobody did, or its goods were not known yet, as it is now. */
export const goodsBilledBy = (facts: readonly Fact[], unit: Unit, { number }: Pick<LedgerDocument, "number">): Omit<AdoptedGoods, "number"> =>
  overlaysOn(facts, unit.key).filter(({ data }) => data.path === adoptedGoodsPath).map(({ data }) => data.value as unknown as AdoptedGoods).findLast((held) => held.number === number) ?? goodsOf(unit);
