import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { Money } from "@/components/ui/money";
import { quantityText } from "@/components/ui/money-text";
import { Quantity } from "@/components/ui/quantity";
import type { OrderDetail } from "@/server/api/shapes";
import { holds, moneyRows, receivable, termSum, withDifferences, type MoneyRow } from "./books";
import { isWatched } from "./watched";

type Proof = OrderDetail["proofs"][number];
type Line = OrderDetail["lines"][number];
/** Null: nothing was counted, so nothing is claimed. */
const Tick = ({ ok }: { ok: boolean | null }) => (ok === null ? <span className="m3"><span aria-hidden>–</span><span className="vh">not provable, nothing was counted</span></span> : <Verdict ok={ok} />);
const Verdict = ({ ok }: { ok: boolean }) => (ok ? <span className="c-ok"><Icon name="check" small label="proved" /></span> : <span className="c-drift"><Icon name="equal-not" small label="does not hold" /></span>);

const said = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
/** A term in people's words: "OrderValue" is what was ordered, "U not allocated" is not allocated. */
const termName = (name: string): string => (name === "OrderValue" ? "ordered" : name.replace(/^[A-Z] /, "").replace(/([a-z])([A-Z])/g, "$1 $2").replace("Diff ", "").replaceAll("_", " ").toLowerCase());
const isZero = (value: string): boolean => !/[1-9]/.test(value);
const methods: Readonly<Record<string, string>> = { will_call: "will call", drop_ship: "drop ship", special_order: "special order", consignment_fill: "consignment fill", consignment_use: "consignment use", bill_only: "bill only" };

/** With its price unit: "$18.75 per 1,000 pieces". */
function Price({ line, currency }: { line: Line; currency: string }) {
  return <><Money amount={line.price} currency={currency} /> <span className="sm m3">/ {line.priceUnit === "1" ? line.priceUnitOf : `${quantityText(line.priceUnit)} ${line.priceUnitOf}`}</span></>;
}

/** Q1, Q2 and Q5 line by line, M2 as rows of money under them, M4 below; what does not hold is named with its residual. What no equation counts is absent, never zero and never proved. */
export function Conservation({ detail }: { detail: OrderDetail }) {
  const { order, proofs, lines } = detail;
  const currency = order.currency ?? "USD";
  const mine = proofs.filter((proof) => proof.subject === order.id);
  const find = (equation: string, line: string) => mine.find((proof) => proof.equation === equation && proof.line === line);
  const money = moneyRows(mine), paid = receivable(proofs);
  const more = mine.some((proof) => proof.equation === "Q1" && !isZero(termSum(proof, "V") ?? "0")) || money.some((row) => !isZero(row.more));
  const wrong = proofs.filter((proof) => !holds(proof));
  return (
    <div className="scrollx" tabIndex={0} role="group" aria-label="Conservation, scrolls sideways">
      <table className="tb flush cv">
        <thead><tr><th className="pin">Line</th><th className="r from-phone">Price</th><th className="r">Ordered</th>{more && <th className="r">+ over</th>}<th className="r">= shipped</th><th className="r">+ open</th><th className="r">+ cancelled</th><th className="sep okc"><span className="vh">Proved</span></th><th className="r">Shipped = invoiced</th><th className="r">+ free</th><th className="r">+ waiting</th><th className="r">+ held</th><th className="r">+ exception</th><th className="r">+ moving</th><th className="okc"><span className="vh">Proved</span></th></tr></thead>
        <tbody>
          {lines.map((line) => <LineRow key={line.line} line={line} currency={currency} q1={find("Q1", line.line)} q2={find("Q2", line.line)} q5={find("Q5", line.line)} more={more} />)}
          {money.map((row) => <MoneyLine key={row.name} row={row} currency={currency} more={more} total={row.name === "Total"} />)}
        </tbody>
      </table>
      {withDifferences(mine).map((proof) => <Bridge key={proof.equation} proof={proof} currency={currency} />)}
      {paid !== null && (
        <p className="pq"><b>Posted</b><span className={paid.holds ? "proved" : undefined}><Money amount={paid.total} currency={currency} /></span>
          {paid.parts.map(({ name, amount }, index) => <span key={name}>{index === 0 ? "=" : "+"} {name} <Money amount={amount} currency={currency} /></span>)}<Tick ok={paid.holds} /></p>
      )}
      {wrong.length > 0
        ? <ul className="grid gap-1 pt-2">{wrong.map((proof) => <li key={proof.equation + (proof.subject ?? "") + proof.line} className="c-drift sm"><Icon name="equal-not" small /> {proof.equation} {proof.line}: {proof.statement}; {proof.left} against {proof.right}, difference {proof.residual}</li>)}</ul>
        : proofs.length > 0
          ? <p className="pq"><span className="proved">{proofs.length} equations hold</span></p>
          : <p className="pq m2">{isWatched(detail) ? "Not provable: this order is only watched, so the tower counts nothing of it. Its own system answers for its quantities and money." : "Not proved yet: nothing has been counted of this order."}</p>}
    </div>
  );
}

function LineRow({ line, currency, q1, q2, q5, more }: { line: Line; currency: string; q1: Proof | undefined; q2: Proof | undefined; q5: Proof | undefined; more: boolean }) {
  const q = (proof: Proof | undefined, ...names: string[]): ReactNode => (proof === undefined ? <span className="m3">–</span> : <Quantity quantity={termSum(proof, ...names) ?? "0"} quietZero />);
  const method = methods[line.method] ?? line.method;
  return (
    <tr>
      <td className="pin"><span className="m3">{line.line}</span> <span className="id b">{line.item}</span> <span className="sm m2 from-phone">{line.description}</span><span className="sm m3"> · {method}</span></td>
      <td className="r m2 from-phone"><Price line={line} currency={currency} /></td>
      <td className="r b">{q1 === undefined ? <Quantity quantity={line.quantity} /> : q(q1, "O")}</td>{more && <td className="r">{q(q1, "V")}</td>}<td className="r">{q(q1, "S")}</td><td className="r">{q(q1, "U", "A", "R")}</td><td className="r">{q(q1, "X", "B")}</td>
      <td className="sep okc"><Tick ok={q1 === undefined ? null : holds(q1, q2)} /></td>
      <td className="r">{q(q5, "I")}</td><td className="r">{q(q5, "N")}</td><td className="r">{q(q5, "W")}</td><td className="r c-hold">{q(q5, "H")}</td><td className="r c-biz">{q(q5, "E")}</td><td className="r">{q(q5, "F")}</td>
      <td className="okc"><Tick ok={q5 === undefined ? null : holds(q5)} /></td>
    </tr>
  );
}

function MoneyLine({ row, currency, more, total }: { row: MoneyRow; currency: string; more: boolean; total: boolean }) {
  const m = (amount: string): ReactNode => (isZero(amount) ? <span className="m3"><span aria-hidden>·</span><span className="vh">0</span></span> : <Money amount={amount} currency={currency} />);
  return (
    <tr className={total ? `tot${row.holds ? " ok" : ""}` : "sum"}>
      <td className="pin">{row.name}</td><td className="from-phone" />
      <td className="r b">{m(row.ordered)}</td>{more && <td className="r">{m(row.more)}</td>}<td className="r">{m(row.shipped)}</td><td className="r">{m(row.open)}</td><td className="r">{m(row.cancelled)}</td>
      <td className="sep okc"><Tick ok={row.holds} /></td>
      <td className="r">{m(row.invoiced)}</td><td className="r">{m(row.free)}</td><td className="r">{m(row.waiting)}</td><td className="r c-hold">{m(row.held)}</td><td className="r c-biz">{m(row.exception)}</td><td className="r">{m(row.moving)}</td>
      <td className="okc"><Tick ok={row.holds} /></td>
    </tr>
  );
}

function Bridge({ proof, currency }: { proof: Proof; currency: string }) {
  return (
    <p className="pq">
      <span className="m3 id">{proof.equation.split(" ")[0]}</span><b>{said(proof.equation.split(" ").slice(1).join(" "))}</b>
      {proof.terms.filter((term) => !isZero(term.value) || term.name === "OrderValue" || term.name === "Billed").map((term, index, shown) => (
        <span key={term.name}>{index > 0 && shown[index - 1]?.side !== term.side ? "= " : index > 0 ? "+ " : ""}{termName(term.name)} <Money amount={term.value} currency={proof.currency ?? currency} /></span>
      ))}
      <Tick ok={holds(proof)} />
    </p>
  );
}
