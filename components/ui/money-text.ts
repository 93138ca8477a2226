/** How an amount is written: with cents (finance, an order), whole (triage), in k and M (matrices only). */
export type MoneyMode = "cents" | "whole" | "compact";

const plainDecimal = /^([-+−]?)(\d+)(?:\.(\d+))?$/;
const symbols: Readonly<Record<string, string>> = { USD: "$", EUR: "€", GBP: "£", JPY: "¥", CAD: "CA$", MXN: "MX$", AUD: "A$" };
export const MINUS = "−";

interface Digits { negative: boolean; whole: string; fraction: string }

function read(amount: string): Digits | null {
  const match = plainDecimal.exec(amount.trim());
  if (match === null) return null;
  const whole = (match[2] ?? "0").replace(/^0+(?=\d)/, "");
  return { negative: match[1] === "-" || match[1] === MINUS, whole, fraction: match[3] ?? "" };
}

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** Digits rounded half away from zero to `places`, exact at any length. */
function rounded({ negative, whole, fraction }: Digits, places: number): Digits {
  const kept = BigInt(whole + fraction.slice(0, places).padEnd(places, "0"));
  const up = (fraction[places] ?? "0") >= "5" ? 1n : 0n;
  const text = (kept + up).toString().padStart(places + 1, "0");
  return { negative, whole: places === 0 ? text : text.slice(0, -places), fraction: places === 0 ? "" : text.slice(-places) };
}

/** The same digits divided by a power of ten. */
function shifted({ negative, whole, fraction }: Digits, places: number): Digits {
  const padded = whole.padStart(places + 1, "0");
  return { negative, whole: padded.slice(0, -places), fraction: padded.slice(-places) + fraction };
}

const isZero = ({ whole, fraction }: Digits): boolean => /^0*$/.test(whole + fraction);

function minorDigits(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

function assemble(digits: Digits, currency: string, unit: string, signed: boolean): string {
  const symbol = symbols[currency] ?? `${currency} `;
  const sign = isZero(digits) ? "" : digits.negative ? MINUS : signed ? "+" : "";
  return `${sign}${symbol}${group(digits.whole)}${digits.fraction === "" ? "" : `.${digits.fraction}`}${unit}`;
}

function compact(digits: Digits): { digits: Digits; unit: string } {
  for (const [power, unit, places] of [[3, "k", 1], [6, "M", 2], [9, "B", 2]] as const) {
    const candidate = rounded(shifted(digits, power), places);
    const fits = candidate.whole.length <= 3 || unit === "B";
    if (fits) return { digits: candidate, unit };
  }
  return { digits, unit: "" };
}

/**
 * An amount as people read it. Never passes through a float, writes a true minus sign, and in `cents` never drops a digit
 * that was given (a unit price of 3.4625 stays 3.4625). Text that is no plain decimal comes back unchanged.
 */
export function moneyText(amount: string, currency: string, mode: MoneyMode = "cents", signed = false): string {
  const digits = read(amount);
  if (digits === null) return amount;
  if (mode === "whole") return assemble(rounded(digits, 0), currency, "", signed);
  if (mode === "compact") {
    if (rounded(digits, 0).whole.length <= 3) return assemble(rounded(digits, 0), currency, "", signed);
    const short = compact(digits);
    return assemble(short.digits, currency, short.unit, signed);
  }
  const least = minorDigits(currency);
  const given = digits.fraction.replace(/0+$/, "");
  return assemble({ ...digits, fraction: given.padEnd(least, "0") }, currency, "", signed);
}

/** A quantity with grouped digits and a true minus sign; digits after the point as given, without trailing zeros. */
export function quantityText(quantity: string): string {
  const digits = read(quantity);
  if (digits === null) return quantity;
  const fraction = digits.fraction.replace(/0+$/, "");
  return `${digits.negative && !isZero(digits) ? MINUS : ""}${group(digits.whole)}${fraction === "" ? "" : `.${fraction}`}`;
}
