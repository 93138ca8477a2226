import { moneyText, type MoneyMode } from "./money-text";

export interface MoneyProps {
  /** A decimal as text; null where the source gave none, which is not zero. */
  amount: string | null;
  /** Null: no money is at stake. */
  currency: string | null;
  mode?: MoneyMode | undefined;
  /** Writes a plus before amounts above zero: for differences. */
  signed?: boolean | undefined;
  className?: string | undefined;
}

/** An amount in tabular figures. Rounded modes carry the exact amount in their title. */
export function Money({ amount, currency, mode = "cents", signed = false, className }: MoneyProps) {
  const look = `n${className ? ` ${className}` : ""}`;
  if (amount === null || currency === null) return <span className={look}><span aria-hidden>–</span><span className="vh">no amount</span></span>;
  return (
    <data className={look} value={`${amount} ${currency}`} title={mode === "cents" ? undefined : moneyText(amount, currency)}>
      {moneyText(amount, currency, mode, signed)}
    </data>
  );
}
