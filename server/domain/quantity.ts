import { z } from "zod";
import { dec, type Decimal, type DecimalString } from "./decimal";
import { fail, ok, type Result } from "./result";

/** One `unit` holds `numerator / denominator` base units: exact, so a third of a pack never drifts. */
export const unitConversion = z.object({
  unit: z.string().min(1).max(80),
  numerator: z.number().int().positive().max(1_000_000),
  denominator: z.number().int().positive().max(1_000_000),
});
export type UnitConversion = z.infer<typeof unitConversion>;

/** `quantity` of `unit` in base units, to 6 decimals at most. */
export function toBase(quantity: DecimalString, unit: string, baseUnit: string, conversions: readonly UnitConversion[]): Result<Decimal> {
  if (unit === baseUnit) return ok(dec(quantity));
  const found = conversions.find((conversion) => conversion.unit === unit);
  if (!found) return fail("MAP-03", `Unit ${unit} has no conversion to ${baseUnit}`);
  return ok(dec(quantity).times(found.numerator).div(found.denominator).toDecimalPlaces(6));
}

/** Units that are things and no measures (UN/ECE Recommendation 20 and what systems commonly write): half of one cannot be sold. */
const counted: ReadonlySet<string> = new Set(["EA", "EACH", "PC", "PCS", "PCE", "H87", "C62", "SET", "KIT"]);
export const isCounted = (unit: string): boolean => counted.has(unit.toUpperCase());
