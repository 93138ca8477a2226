import { Money } from "@/components/ui/money";
import type { ExceptionGroupRow } from "@/server/api/shapes";

/** What one cause blocks: an amount in each currency, never added up over two. */
export function AtStake({ group }: { group: Pick<ExceptionGroupRow, "money"> }) {
  if (group.money.length === 0) return "–";
  return group.money.map(({ currency, amount }, index) => <span key={currency}>{index > 0 && <br />}<Money amount={amount} currency={currency} mode="whole" /></span>);
}
