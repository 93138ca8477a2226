import Link from "next/link";
import { Icon } from "@/components/ui/icon";
import { Money } from "@/components/ui/money";
import { Said } from "@/components/ui/said";
import { moneyText } from "@/components/ui/money-text";
import type { OrderDetail } from "@/server/api/shapes";
import { add } from "@/components/ui/sum";
import { orderedAndShipped } from "./books";
import { isWatched } from "./watched";

type Problem = OrderDetail["problems"][number];
interface Node { title: string; state: string; amount: string | null; sub: string; problems: Problem[] }
const words = (value: string | undefined): string => (value ?? "").replaceAll("_", " ");
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
const at = (problem: Problem): string => (problem.kind === "hold" ? `/held?hold=${problem.id}` : `/exceptions?group=${encodeURIComponent(problem.fingerprint ?? "")}`);
/** Shipped is what is billed and what is not yet; null before the first figures. */
const sumOf = (amounts: Record<string, string>, ...names: string[]): string | null => (names.every((name) => amounts[name] !== undefined) ? add(names.map((name) => amounts[name] ?? "0")) : null);

/** An order that is only watched: what its source dates, and of money only what it tells. */
function watchedNodes({ order, problems, lines, milestones, findings }: OrderDetail): Node[] {
  const told = (name: string): { occurredAt: string; document: string | null } | undefined => milestones.find((milestone) => milestone.name === name && milestone.subjectId === order.id);
  const on = (name: string, otherwise: string): string => { const found = told(name); return found ? `on ${found.occurredAt.slice(0, 10)}, by its source` : otherwise; };
  const ordered = order.amounts["ordered"] ?? null, invoice = told("invoice_posted");
  const absent = findings.some(({ code, amount }) => code === "FND-03" && amount === null);
  const derived = absent && ordered !== null && order.currency !== null ? `; amounts absent, ${moneyText(ordered, order.currency)} derived from the order` : absent ? "; amounts absent" : "";
  const node = (title: string, track: string, amount: string | null, sub: string, own: Problem[] = []): Node => ({ title, state: words(order.tracks[track]), amount, sub, problems: own });
  return [
    node("Order", "commercial", ordered, lines.length === 0 ? "no lines, so no amount" : plural(lines.length, "line"), problems),
    node("Shipment", "fulfilment", null, on("shipped", "none told")),
    node("Invoice", "billing", null, invoice ? `${invoice.document ?? ""} of ${invoice.occurredAt.slice(0, 10)}${derived}` : "none told"),
    node("Payment", "cash", null, on("receipt_recorded", "none told")),
  ];
}

function nodes(detail: OrderDetail): Node[] {
  return isWatched(detail) ? watchedNodes(detail) : managedNodes(detail);
}

function managedNodes({ order, related, problems, lines, milestones, commands, proofs }: OrderDetail): Node[] {
  const money = orderedAndShipped({ order, proofs });
  const of = (kind: string) => related.filter((subject) => subject.kind === kind);
  const mine = (...kinds: string[]) => problems.filter((problem) => kinds.includes(problem.subjectKind));
  const shipments = of("shipment"), units = of("billing_unit"), receipts = of("receipt"), returns = of("return");
  const reached = (name: string, of: readonly { id: string }[]) => new Set(milestones.filter((milestone) => milestone.name === name && of.some(({ id }) => id === milestone.subjectId)).map(({ subjectId }) => subjectId)).size;
  const credits = commands.flatMap(({ kind, state, subjectKind, amount }) => (state !== "confirmed" || subjectKind !== "return" || amount === null ? [] : kind === "post_credit" ? [amount] : kind === "post_debit" ? [`-${amount}`] : []));
  const delivered = reached("delivered", shipments);
  const posted = reached("invoice_posted", units);
  return [
    { title: "Order", state: words(order.tracks["commercial"]), amount: money?.ordered ?? order.amounts["ordered"] ?? null, sub: plural(lines.length, "line"), problems: mine("order") },
    { title: "Shipment", state: words(order.tracks["fulfilment"]), amount: money?.shipped ?? sumOf(order.amounts, "posted", "unbilled"), sub: plural(shipments.length, "shipment"), problems: mine("shipment") },
    { title: "Delivery", state: delivered === 0 ? "" : delivered < shipments.length ? "part delivered" : "delivered", amount: null, sub: `${delivered} of ${shipments.length}`, problems: [] },
    { title: "Invoice", state: words(order.tracks["billing"]), amount: order.amounts["posted"] ?? null, sub: `${posted} of ${units.length} posted`, problems: mine("billing_unit") },
    { title: "Payment", state: words(order.tracks["cash"]), amount: order.amounts["paid"] ?? null, sub: plural(receipts.length, "receipt"), problems: mine("receipt", "credit_account") },
    ...(returns.length > 0 ? [{ title: "Return", state: words(returns[0]?.stage ?? (returns[0]?.complete ? "settled" : "")), amount: credits.length > 0 ? add(credits) : null, sub: `${plural(returns.length, "return")}${credits.length > 0 ? ", credited" : ""}`, problems: mine("return") }] : []),
  ];
}

/** Order to payment; each step with amount, state, and its own problems beneath. */
export function ProcessStrip({ detail }: { detail: OrderDetail }) {
  const currency = detail.order.currency ?? "USD";
  return (
    <ol className="ps">
      {nodes(detail).map((node) => (
        <li className="nd" key={node.title}>
          <div className="nh"><h3>{node.title}</h3>{node.state !== "" && <span className="chip line">{node.state.charAt(0).toUpperCase() + node.state.slice(1)}</span>}</div>
          <div className="na"><b className="n">{node.amount === null ? "–" : <Money amount={node.amount} currency={currency} />}</b><span className="sm m2 n">{node.sub}</span></div>
          {node.problems.slice(0, 3).map((problem) => (
            <div key={problem.kind + problem.id} className={`is is-${problem.kind}`}>
              <p className="sm"><Icon name={problem.kind === "hold" ? "hand" : "scale"} small /> <Said>{problem.message}</Said></p>
              <Link className="ln sm" href={at(problem)}>{problem.kind === "hold" ? "Open the hold" : "Open the cause"} <span className="id">{problem.code}</span></Link>
            </div>
          ))}
          {node.problems.length > 3 && <p className="sm m2">{node.problems.length - 3} more</p>}
        </li>
      ))}
    </ol>
  );
}
