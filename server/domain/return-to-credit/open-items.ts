import { referenceId, type PlanInput } from "../plan";
import type { OpenItem } from "../publications";

/** The open item of an invoice or debit, as its billing unit tells it. */
export const itemOf = (input: Pick<PlanInput, "reference">, number: string): OpenItem | null => (input.reference.get(referenceId({ topic: "open_item", key: number }))?.data ?? null) as OpenItem | null;

/** An invoice that is in the ledger, and the debits for it after it. */
export const itemsOn = (input: Pick<PlanInput, "reference">, invoice: string): OpenItem[] => {
  const item = itemOf(input, invoice);
  return item ? [item, ...(item.debits ?? []).flatMap((debit) => itemOf(input, debit) ?? [])] : [];
};
