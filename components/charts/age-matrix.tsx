import Link from "next/link";
import { Money } from "@/components/ui/money";
import { quantityText } from "@/components/ui/money-text";
import { heatStep, largestOf } from "./heat";

export interface AgeCell { /** Null where nobody can know it. */ amount: string | null; count: number; href: string }
export interface AgeStage {
  key: string;
  name: string;
  /** "waits for validation · 1 h" */
  waits: string;
  /** One for each bucket; null where there is none. */
  cells: readonly (AgeCell | null)[];
  /** Index of the first bucket that is past the stage's limit: the thick rule stands at its left. Null: no limit. */
  lateFrom: number | null;
  total: AgeCell;
  late: { count: number; href: string };
}
export interface AgeMatrixProps {
  caption: string;
  /** "< 1 h", "1–2 h", … */
  buckets: readonly string[];
  stages: readonly AgeStage[];
  sums: { cells: readonly (AgeCell | null)[]; total: AgeCell; late: { count: number; href: string } };
  currency: string;
}

const count = (value: number) => quantityText(String(value));

function Cell({ cell, currency }: { cell: AgeCell | null; currency: string }) {
  if (cell === null || cell.count === 0) return <span className="m3"><span aria-hidden>·</span><span className="vh">none</span></span>;
  return <Link href={cell.href}><b><Money amount={cell.amount} currency={currency} mode="compact" /></b><i>{count(cell.count)}<span className="vh">{cell.count === 1 ? " order" : " orders"}</span></i></Link>;
}

/** Stage by age, shaded by money with the number on each cell; right of the thick rule is past its service level. */
export function AgeMatrix({ caption, buckets, stages, sums, currency }: AgeMatrixProps) {
  const largest = largestOf(stages.flatMap((stage) => stage.cells.map((cell) => cell?.amount ?? null)));
  return (
    <div className="mxw" role="region" aria-label={caption} tabIndex={0}>
      <table className="mx" style={{ minWidth: 168 + (buckets.length + 2) * 62 }}>
        <caption className="vh">{caption}</caption>
        <thead>
          <tr>
            <th scope="col"><span className="vh">Stage</span></th>
            {buckets.map((bucket) => <th key={bucket} scope="col">{bucket}</th>)}
            <th scope="col">All</th><th scope="col">Late</th>
          </tr>
        </thead>
        <tbody>
          {stages.map((stage) => (
            <tr key={stage.key}>
              <th scope="row"><b>{stage.name}</b><span>{stage.waits}</span></th>
              {stage.cells.map((cell, index) => (
                <td key={buckets[index]} className={`h${heatStep(cell?.amount ?? null, largest)}${stage.lateFrom === index ? " lim" : ""}`}>
                  <Cell cell={cell} currency={currency} />
                  {cell !== null && stage.lateFrom !== null && index >= stage.lateFrom && <span className="vh">past its service level</span>}
                </td>
              ))}
              <td className={`tot${stage.lateFrom === buckets.length ? " lim" : ""}`}><Cell cell={stage.total} currency={currency} /></td>
              <td className="tot"><Link href={stage.late.href}><b>{count(stage.late.count)}</b></Link></td>
            </tr>
          ))}
          <tr className="sum">
            <th scope="row"><b>All stages</b></th>
            {sums.cells.map((cell, index) => <td key={buckets[index]} className="tot"><Cell cell={cell} currency={currency} /></td>)}
            <td className="tot"><Cell cell={sums.total} currency={currency} /></td>
            <td className="tot"><Link href={sums.late.href}><b>{count(sums.late.count)}</b></Link></td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** Key of the matrix, for the end of its region's head. */
export function AgeMatrixKey() {
  return (
    <span className="key">
      <span>less{[1, 2, 3, 4, 5].map((step) => <i key={step} className={`h${step}`} />)}more money</span>
      <span><i className="tick" />past its service level</span>
    </span>
  );
}
