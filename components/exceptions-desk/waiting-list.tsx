import Link from "next/link";
import { Icon } from "@/components/ui/icon";
import { Sums } from "@/components/ui/sums";
import type { WaitingRow } from "@/server/api/shapes";

/** What waits for a missing code, item by item: what goes on with the proposal, and what stays and why. */
export function WaitingList({ rows }: { rows: readonly WaitingRow[] }) {
  if (rows.length === 0) return null;
  return (
    <ul className="wl sm" aria-label="What waits for it">
      {rows.map((row) => (
        <li key={row.item ?? ""}>
          <Icon name={row.released ? "check" : "hourglass"} small />
          <span className="grow">
            {row.item && <><span className="id">{row.item}</span> {row.description} · </>}
            {row.documents === 1 ? "1 document" : `${row.documents} documents`}: {row.numbers.map((number, index) => <span key={number}>{index > 0 && ", "}<Link className="id" href={`/trace?q=${encodeURIComponent(number)}`}>{number}</Link></span>)}{row.documents > row.numbers.length && `, ${row.documents - row.numbers.length} more`}
            <span className="m2"> {row.released ? "– goes on" : `– stays${row.why ? `: ${row.why}` : ""}`}</span>
          </span>
          <span className="n"><Sums money={row.money} mode="whole" /></span>
        </li>
      ))}
    </ul>
  );
}
