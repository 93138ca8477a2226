import { text, type Decimal } from "@/server/domain/decimal";
import type { Line, Snapshot } from "./wire";

/** Medusa's own number with the end of its id: as short as people want it, unlike that of any other shop, and found by the id. */
export const numberOf = ({ display_id, id }: { display_id: number; id: string }): string => `${display_id}-${id.slice(-6)}`;
export const at = (moment: string): string => new Date(moment).toISOString();
/** By id, which rises with time. */
export const sorted = <T extends { id: string }>(rows: readonly T[]): T[] => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
/** Medusa computes without rounding (240.26544); our contracts take six places. */
export const exact = (value: Decimal): string => text(value.toDecimalPlaces(6));
export const currencyOf = ({ currency_code }: Pick<Snapshot, "currency_code">): string => currency_code.toUpperCase();
/** What is sold without a SKU is known by its title. */
export const itemOf = ({ variant_sku, title }: Pick<Line, "variant_sku" | "title">): string => variant_sku || title.slice(0, 80);
