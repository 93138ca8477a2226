import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { Money } from "@/components/ui/money";
import { add } from "@/components/ui/sum";

export type Facts = Record<string, unknown>;
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const minus = (amount: string): string => (amount.startsWith("-") ? amount.slice(1) : `-${amount}`);

function Row({ name, amount, currency, look }: { name: ReactNode; amount: string; currency: string; look?: "sum" | "hold" }) {
  return <tr className={look === undefined ? undefined : `leq-${look}`}><td>{name}</td><td><Money amount={amount} currency={currency} /></td></tr>;
}

/** What a customer owes and will owe, part by part, against the limit; what is less stands with its sign. */
const parts = [["openReceivables", "Open receivables", 1], ["shippedNotInvoiced", "plus shipped, not invoiced", 1], ["releasedNotShipped", "plus released, not shipped", 1], ["approvedDue", "plus approved and due, this order with it", 1], ["unappliedReceipts", "less unapplied receipts", -1], ["openCredits", "less open credits", -1]] as const;

/** The credit position as it would be after release. Null where the evidence is of another kind. */
export function CreditPosition({ evidence, currency }: { evidence: Facts; currency: string }) {
  const exposure = text(evidence["exposure"]), limit = text(evidence["limit"]), given = evidence["parts"] as Facts | undefined;
  if (exposure === null || limit === null || given === undefined) return null;
  const over = add([exposure, minus(limit)]);
  return (
    <div>
      <div className="rh"><h3>Credit position after release</h3></div>
      <table className="leq"><tbody>
        {parts.flatMap(([key, name, sign]) => { const amount = text(given[key]); return amount === null ? [] : [<Row key={key} name={name} amount={sign === 1 ? amount : minus(amount)} currency={currency} />]; })}
        <Row name="Exposure after" amount={exposure} currency={currency} look="sum" />
        <Row name="less the limit" amount={minus(limit)} currency={currency} />
        <Row name={over.startsWith("-") ? "Free of the limit" : <><Icon name="hand" small /> Over the limit</>} amount={over.replace("-", "")} currency={currency} look={over.startsWith("-") ? "sum" : "hold"} />
      </tbody></table>
    </div>
  );
}

/** Estimated and final tax with what lies between. Null where the evidence is of another kind. */
export function TaxComparison({ evidence, currency }: { evidence: Facts; currency: string }) {
  const estimated = text(evidence["estimated"]), difference = text(evidence["difference"]);
  if (estimated === null || difference === null) return null;
  return (
    <div>
      <div className="rh"><h3>Tax</h3></div>
      <table className="leq"><tbody>
        <Row name="Estimated with the order" amount={estimated} currency={currency} />
        <Row name="Determined for the invoice" amount={add([estimated, difference])} currency={currency} />
        <Row name={<><Icon name="equal-not" small /> Difference that nothing explains</>} amount={difference} currency={currency} look="hold" />
      </tbody></table>
    </div>
  );
}

/** What these two tell already. */
export const toldByParts = (evidence: Facts): readonly string[] => [
  ...(text(evidence["exposure"]) !== null && text(evidence["limit"]) !== null && evidence["parts"] !== undefined ? ["exposure", "limit", "parts", "over"] : []),
  ...(text(evidence["estimated"]) !== null && text(evidence["difference"]) !== null ? ["estimated", "difference"] : []),
];
