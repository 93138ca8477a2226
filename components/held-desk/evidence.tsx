import { Money } from "@/components/ui/money";

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
  const entries = Object.entries(evidence).filter(([name, value]) => !isEmpty(value) && name !== "personsNeeded");
  const figures = [...entries].sort(([a], [b]) => rank(a) - rank(b)).filter(([, value]) => typeof value !== "object" || (Array.isArray(value) && !isTable(value)));
  const nested = entries.filter(([, value]) => typeof value === "object" && !Array.isArray(value)) as [string, Record<string, unknown>][];
  const lists = entries.filter(([, value]) => isTable(value)) as [string, Record<string, unknown>[]][];
  if (entries.length === 0) return null;
  return (
    <section aria-label="Evidence" className="grid gap-3">
      {figures.length > 0 && <Ledger rows={figures} currency={currency} />}
      {nested.map(([name, value]) => <div key={name}><div className="rh"><h3>{label(name)}</h3></div><Ledger rows={Object.entries(value)} currency={currency} /></div>)}
      {lists.map(([name, rows]) => {
        const columns = Object.keys(rows[0] ?? {});
        return (
          <div key={name}>
            <div className="rh"><h3>{label(name)}</h3></div>
            <div className="scrollx" tabIndex={0} role="group" aria-label={`${label(name)}, scrolls sideways`}>
              <table className="tb flush"><thead><tr>{columns.map((column) => <th key={column} className={amountLike(rows[0]?.[column]) ? "r" : ""}>{label(column)}</th>)}</tr></thead>
                <tbody>{rows.slice(0, 50).map((row, index) => <tr key={index}>{columns.map((column) => <td key={column} className={amountLike(row[column]) ? "r" : ""}>{plain(row[column] ?? "")}</td>)}</tr>)}</tbody></table>
            </div>
          </div>
        );
      })}
    </section>
  );
}

function Ledger({ rows, currency }: { rows: readonly [string, unknown][]; currency: string | null }) {
  const units = counted(rows.map(([name]) => name));
  const isMoney = (name: string, value: string): boolean => !units.includes(name) && (value.includes(".") || sums.includes(name));
  return <table className="leq"><tbody>{rows.map(([name, value]) => <tr key={name}><td>{label(name)}</td><td>{amountLike(value) && currency !== null && isMoney(name, value) ? <Money amount={value} currency={currency} /> : plain(value ?? "–")}</td></tr>)}</tbody></table>;
}
