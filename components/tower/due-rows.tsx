import Link from "next/link";
import { Money } from "@/components/ui/money";
import { quantityText } from "@/components/ui/money-text";
import type { TowerOverview } from "@/server/api/shapes";
import { ordersHref, type TowerSearch } from "./search";
import { stageWords } from "./stage-words";

const columns = [["overdue", "Overdue"], ["today", "Today"], ["later", "Later"], ["undated", "No date"]] as const;

/** Orders that wait for a date have no age that says anything: they stand by due date. */
export function DueRows({ rows, currency, search }: { rows: TowerOverview["matrix"]["due"]; currency: string; search: TowerSearch }) {
  if (rows.length === 0) return null;
  return (
    <div className="tbw tower-due" role="region" aria-label="Orders that wait for a date" tabIndex={0}>
      <table className="tb flush">
        <caption className="vh">Orders that wait for a date, by due date</caption>
        <thead><tr><th scope="col">By due date</th>{columns.map(([key, head]) => <th key={key} scope="col" className="r">{head}</th>)}<th scope="col" className="r">All</th></tr></thead>
        <tbody>{rows.map((row) => {
          const all = row.overdue + row.today + row.later + row.undated;
          return (
            <tr key={row.stage}>
              <th scope="row"><span className="b">{stageWords[row.stage].name}</span> <span className="m3 sm">waits for {stageWords[row.stage].waits}</span></th>
              {columns.map(([key, head]) => <td key={key} className={`r${row[key] === 0 ? " m3" : key === "overdue" ? " b" : ""}`}>{row[key] === 0 ? "0" : <Link href={ordersHref(search, { stage: row.stage, due: key })}>{quantityText(String(row[key]))}<span className="vh"> {head.toLowerCase()}</span></Link>}</td>)}
              <td className="r"><Link href={ordersHref(search, { stage: row.stage })}><b><Money amount={row.amount} currency={currency} mode="compact" /></b> <span className="m2">{quantityText(String(all))}<span className="vh"> orders</span></span></Link></td>
            </tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}
