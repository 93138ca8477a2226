/**
 * Name of a charge within its order, made of its code: an order may have several charges of one code that differ in tax category
 * or billing rule. The first keeps the plain code, the next are `freight#2`, `freight#3`, so that a charge that comes later
 * leaves the others their names. An order's contract lets no code hold `#`.
 */
export const chargeName = (code: string, place: number): string => (place === 1 ? code : `${code}#${place}`);

/** The code of a charge, as other systems know it. */
export const chargeCode = (name: string): string => name.replace(/#\d+$/, "");
