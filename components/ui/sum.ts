/** Sum of decimal strings with up to 6 places, exact. */
export function add(values: readonly string[]): string {
  const total = values.reduce((sum, text) => { const negative = text.startsWith("-"); const [whole = "0", fraction = ""] = text.replace("-", "").split("."); const scaled = BigInt(whole + fraction.padEnd(6, "0").slice(0, 6)); return negative ? sum - scaled : sum + scaled; }, 0n);
  const digits = (total < 0n ? -total : total).toString().padStart(7, "0");
  const fraction = digits.slice(-6).replace(/0+$/, "");
  return `${total < 0n ? "-" : ""}${digits.slice(0, -6)}${fraction ? `.${fraction}` : ""}`;
}

export interface MoneyOf { currency: string; amount: string }
/** Null: it moves no money. */
interface PerhapsMoney { currency: string | null; amount: string }

/** One exact sum for each currency, in order of first appearance; never added up over two. What has no currency has no amount. */
export function sumByCurrency(amounts: readonly PerhapsMoney[]): MoneyOf[] {
  const currencies = [...new Set(amounts.map(({ currency }) => currency))].filter((currency) => currency !== null);
  return currencies.map((currency) => ({ currency, amount: add(amounts.filter((one) => one.currency === currency).map(({ amount }) => amount)) }));
}
