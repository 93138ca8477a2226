import { Fragment } from "react";
import { Money } from "./money";
import type { MoneyMode } from "./money-text";

/** Amounts in several currencies: told apart at any width, never added up over two. Nothing at all is a dash, not a zero. */
export function Sums({ money, mode = "cents" }: { money: readonly { currency: string; amount: string }[]; mode?: MoneyMode | undefined }) {
  if (money.length === 0) return <Money amount={null} currency={null} />;
  return money.map(({ currency, amount }, index) => (
    <Fragment key={currency}>{index > 0 && " "}<span className="whitespace-nowrap">{index > 0 && "+ "}<Money amount={amount} currency={currency} mode={mode} /></span></Fragment>
  ));
}
