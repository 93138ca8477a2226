const kinds: Readonly<Record<string, string>> = { customer: "Customer", item: "Item", unit: "Unit", tax: "Tax category", warehouse: "Warehouse", terms: "Payment terms", carrier: "Carrier", charge: "Charge", reason: "Reason" };
export const kindOptions = Object.entries(kinds).map(([value, label]) => ({ value, label }));
export const kindWords = (kind: string): string => kinds[kind] ?? kind;

/** What the button of the form says: how many go on, or that a mapping is changed. */
export function verbOf({ changed, released }: { changed: boolean; released: number }): string {
  if (released > 0) return `Map and release ${released}`;
  return changed ? "Change the mapping" : "Map";
}
