import type { ReactNode } from "react";
import { Moment } from "@/components/ui/age";
import { Money } from "@/components/ui/money";
import { CreditPosition, TaxComparison, toldByParts } from "./evidence-parts";

const label = (name: string): string => { const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase(); return words.charAt(0).toUpperCase() + words.slice(1); };
const amountLike = (value: unknown): value is string => typeof value === "string" && /^-?\d+(\.\d{1,6})?$/.test(value);
const plain = (value: unknown): string => (Array.isArray(value) ? value.map(plain).join(", ") : typeof value === "string" ? (/^[a-z]+(_[a-z]+)+$/.test(value) ? value.replaceAll("_", " ") : value) : typeof value === "number" || typeof value === "boolean" ? String(value) : JSON.stringify(value));

/** Money even where it is a whole number; the others show by their cents that they are. */
const sums = ["net", "tax", "total", "amount", "required", "received", "limit", "exposure", "due"];
/** Beside an item, what left and what was ordered are counted in units, however many decimals they have. */
const counted = (names: readonly string[]): readonly string[] => (names.includes("item") && names.includes("over") ? ["ordered", "over"] : []);
const isTable = (value: unknown): boolean => Array.isArray(value) && typeof value[0] === "object";
const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** What was, before what became of it, before the sum; the rest as the planner gave it. */
const first = ["customer", "document", "order", "shipment", "period", "before", "after"], last = ["total"];
const rank = (name: string): number => (last.includes(name) ? first.length + 1 : first.includes(name) ? first.indexOf(name) : first.length);

/** What the approver sees: figures as a ledger, lists as tables, exactly as the planner gave them. */
export function Evidence({ evidence, currency }: { evidence: Record<string, unknown>; currency: string | null }) {
  const told = currency === null ? [] : toldByParts(evidence);
  const entries = Object.entries(evidence).filter(([name, value]) => !isEmpty(value) && name !== "personsNeeded" && !told.includes(name));
  const figures = [...entries].sort(([a], [b]) => rank(a) - rank(b)).filter(([, value]) => typeof value !== "object" || (Array.isArray(value) && !isTable(value)));
  const nested = entries.filter(([, value]) => typeof value === "object" && !Array.isArray(value)) as [string, Record<string, unknown>][];
  const lists = entries.filter(([, value]) => isTable(value)) as [string, Record<string, unknown>[]][];
  if (entries.length === 0 && told.length === 0) return null;
  return (
    <section aria-label="Evidence" className="grid gap-3">
      {currency !== null && <><CreditPosition evidence={evidence} currency={currency} /><TaxComparison evidence={evidence} currency={currency} /></>}
      {figures.length > 0 && <Ledger rows={figures} currency={currency} />}
      {nested.map(([name, value]) => <div key={name}><div className="rh"><h3>{label(name)}</h3></div><Ledger rows={Object.entries(value)} currency={currency} /></div>)}
      {lists.map(([name, rows]) => {
        const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
        const isFigure = (column: string): boolean => rows.some((row) => amountLike(row[column]));
        // what is named before what is counted
        const columns = [...names.filter((column) => !isFigure(column)), ...names.filter(isFigure)];
        return (
          <div key={name}>
            <div className="rh"><h3>{label(name)}</h3></div>
            <div className="scrollx" tabIndex={0} role="group" aria-label={`${label(name)}, scrolls sideways`}>
              <table className="tb flush"><thead><tr>{columns.map((column) => <th key={column} className={isFigure(column) ? "r" : ""}>{label(column)}</th>)}</tr></thead>
                <tbody>{rows.slice(0, 50).map((row, index) => <tr key={index}>{columns.map((column) => <td key={column} className={isFigure(column) ? "r" : ""}>{inTable(column, row[column], currency)}</td>)}</tr>)}</tbody></table>
            </div>
          </div>
        );
      })}
    </section>
  );
}

/** In a list: money with its sign, a rate in percent, the rest as it is. */
function inTable(column: string, value: unknown, currency: string | null): ReactNode {
  if (column === "rate" && amountLike(value)) return `${(Number(value) * 100).toLocaleString("en-US", { maximumFractionDigits: 4 })} %`;
  return amountLike(value) && currency !== null && sums.includes(column) ? <Money amount={value} currency={currency} /> : plain(value ?? "");
}

const isInstant = (value: unknown): value is string => typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

function Ledger({ rows, currency }: { rows: readonly [string, unknown][]; currency: string | null }) {
  const units = counted(rows.map(([name]) => name));
  const isMoney = (name: string, value: string): boolean => !units.includes(name) && (value.includes(".") || sums.includes(name));
  return <table className="leq"><tbody>{rows.map(([name, value]) => <tr key={name}><td>{label(name)}</td><td>{amountLike(value) && currency !== null && isMoney(name, value) ? <Money amount={value} currency={currency} /> : isInstant(value) ? <Moment at={value} /> : plain(value ?? "–")}</td></tr>)}</tbody></table>;
}
