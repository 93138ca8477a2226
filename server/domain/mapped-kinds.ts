/** What the cross-reference has codes of. */
export const mappedKinds = ["customer", "item", "unit", "tax", "warehouse", "terms", "carrier", "charge", "reason"] as const;
export type MappedKind = (typeof mappedKinds)[number];
