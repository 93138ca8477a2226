import { Icon } from "@/components/ui/icon";
import { Money } from "@/components/ui/money";
import { Quantity } from "@/components/ui/quantity";
import type { OrderDetail } from "@/server/api/shapes";
import { add } from "@/components/ui/sum";
import { isWatched } from "./watched";

type Proof = OrderDetail["proofs"][number];
const value = (proof: Proof | undefined, ...names: string[]): string | null => {
  const found = proof?.terms.filter((term) => names.some((name) => term.name === name || term.name.startsWith(`${name} `))) ?? [];
  return found.length === 0 ? null : add(found.map((term) => term.value));
};
const holds = (...proofs: (Proof | undefined)[]): boolean => proofs.every((proof) => proof === undefined || Number(proof.residual) === 0);
/** Null: nothing was counted, so nothing is claimed. */
const Tick = ({ ok }: { ok: boolean | null }) => (ok === null ? <span className="m3"><span aria-hidden>–</span><span className="vh">not provable, nothing was counted</span></span> : <Verdict ok={ok} />);
const Verdict = ({ ok }: { ok: boolean }) => (ok ? <span className="c-ok"><Icon name="check" small label="proved" /></span> : <span className="c-drift"><Icon name="equal-not" small label="does not hold" /></span>);

const said = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
/** A term in people's words: "OrderValue" is what was ordered, "U not allocated" is not allocated. */
const termName = (name: string): string => (name === "OrderValue" ? "ordered" : name.replace(/^[A-Z] /, "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase());

/** Q1, Q2 and Q5 line by line, M2 below; a line or bridge that does not hold is named with its residual. What no equation counts is absent, never zero and never proved. */
export function Conservation({ detail }: { detail: OrderDetail }) {
  const { order, proofs, lines } = detail;
  const currency = order.currency ?? "USD";
  const mine = proofs.filter((proof) => proof.subject === order.id);
  const find = (equation: string, line: string) => mine.find((proof) => proof.equation === equation && proof.line === line);
  const bridges = mine.filter((proof) => proof.equation.startsWith("M2") && (!holds(proof) || proof.terms.some((term) => Number(term.value) !== 0)));
  const wrong = proofs.filter((proof) => Number(proof.residual) !== 0);
  const q = (proof: Proof | undefined, ...names: string[]) => (proof === undefined ? <span className="m3">–</span> : <Quantity quantity={value(proof, ...names) ?? "0"} quietZero />);
  return (
    <div className="scrollx" tabIndex={0} role="group" aria-label="Conservation, scrolls sideways">
      <table className="tb flush cv">
        <thead><tr><th>Line</th><th className="r from-phone">Price</th><th className="r">Ordered</th><th className="r">= shipped</th><th className="r">+ open</th><th className="r">+ cancelled</th><th className="sep okc"><span className="vh">Proved</span></th><th className="r">Shipped = invoiced</th><th className="r">+ free</th><th className="r">+ waiting</th><th className="r">+ held</th><th className="r">+ exception</th><th className="r">+ moving</th><th className="okc"><span className="vh">Proved</span></th></tr></thead>
        <tbody>
          {lines.map((line) => {
            const q1 = find("Q1", line.line), q2 = find("Q2", line.line), q5 = find("Q5", line.line);
            return (
              <tr key={line.line}>
                <td><span className="m3">{line.line}</span> <span className="id b">{line.item}</span> <span className="sm m2 from-phone">{line.description}</span></td>
                <td className="r m2 from-phone"><Money amount={line.price} currency={currency} /></td>
                <td className="r b">{q1 === undefined ? <Quantity quantity={line.quantity} /> : q(q1, "O")}</td><td className="r">{q(q1, "S")}</td><td className="r">{q(q1, "U", "A", "R", "K")}</td><td className="r">{q(q1, "X")}</td>
                <td className="sep okc"><Tick ok={q1 === undefined ? null : holds(q1, q2)} /></td>
                <td className="r">{q(q5, "I")}</td><td className="r">{q(q5, "N")}</td><td className="r">{q(q5, "W")}</td><td className="r c-hold">{q(q5, "H")}</td><td className="r c-biz">{q(q5, "E")}</td><td className="r">{q(q5, "F")}</td>
                <td className="okc"><Tick ok={q5 === undefined ? null : holds(q5)} /></td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {bridges.map((proof) => (
        <p className="pq" key={proof.equation}>
          <span className="m3 id">{proof.equation.split(" ")[0]}</span><b>{said(proof.equation.split(" ").slice(1).join(" "))}</b>
          {proof.terms.filter((term) => Number(term.value) !== 0 || term.name === "OrderValue" || term.name === "Billed").map((term, index, shown) => (
            <span key={term.name}>{index > 0 && shown[index - 1]?.side !== term.side ? "= " : index > 0 ? "+ " : ""}{termName(term.name)} <Money amount={term.value} currency={proof.currency ?? currency} /></span>
          ))}
          <Tick ok={holds(proof)} />
        </p>
      ))}
      {wrong.length > 0
        ? <ul className="grid gap-1 pt-2">{wrong.map((proof) => <li key={proof.equation + (proof.subject ?? "") + proof.line} className="c-drift sm"><Icon name="equal-not" small /> {proof.equation} {proof.line}: {proof.statement}; {proof.left} against {proof.right}, difference {proof.residual}</li>)}</ul>
        : proofs.length > 0
          ? <p className="pq"><span className="proved">{proofs.length} equations hold</span></p>
          : <p className="pq m2">{isWatched(detail) ? "Not provable: this order is only watched, so the tower counts nothing of it. Its own system answers for its quantities and money." : "Not proved yet: nothing has been counted of this order."}</p>}
    </div>
  );
}
