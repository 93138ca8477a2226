import Link from "next/link";
import { Bars } from "@/components/charts/bars";
import { kinds, Kind, type KindName } from "@/components/ui/kind";
import { MINUS, quantityText } from "@/components/ui/money-text";
import { Region } from "@/components/ui/region";
import { Sums } from "@/components/ui/sums";
import type { TowerOverview } from "@/server/api/shapes";

const signed = (value: number): string => (value > 0 ? `+${value}` : value < 0 ? `${MINUS}${-value}` : "0");

/** Exceptions by kind over the last 24 hours, most money first; the bars share one scale each, zero-based. */
export function Categories({ rows, channel }: { rows: TowerOverview["exceptions"]; channel: string | undefined }) {
  const open = rows.filter((row) => row.now > 0 || row.hours.some((count) => count > 0));
  return (
    <Region title="Exceptions by category" sub={`last 24 h, most money first${channel ? ", all channels" : ""}`}>
      {open.length === 0
        ? <p className="sm m2 tower-none">No exception was open in the last 24 hours. What goes wrong stands here with its money.</p>
        : <div className="tbw" role="group" aria-label="Exceptions by category, scrolls sideways" tabIndex={0}>
            <table className="tb flush">
              <caption className="vh">Open exceptions by category, last 24 hours</caption>
              <thead><tr><th scope="col">Category</th><th scope="col" className="from-phone">Open, by hour</th><th scope="col" className="r">Now</th><th scope="col" className="r">24 h</th><th scope="col" className="r">At stake</th></tr></thead>
              <tbody>
                {open.map((row) => {
                  const kind = row.kind as KindName, { hue, word } = kinds[kind];
                  return (
                    <tr key={row.kind}>
                      <td><Link href={`/exceptions?kind=${row.kind}`}><Kind of={kind} /></Link></td>
                      <td className="from-phone"><Bars values={row.hours} hue={hue} sentence={`${word}: open by hour, from ${row.hours[0] ?? 0} to ${row.now}`} /></td>
                      <td className="r b">{quantityText(String(row.now))}</td><td className="r m2">{signed(row.now - row.dayBefore)}</td>
                      <td className="r"><Sums money={row.money} mode="whole" /></td>
                    </tr>
                  );
                })}
              </tbody>
              <tfoot><tr><td>All</td><td className="from-phone" /><td className="r">{quantityText(String(open.reduce((sum, row) => sum + row.now, 0)))}</td><td className="r">{signed(open.reduce((sum, row) => sum + row.now - row.dayBefore, 0))}</td><td className="r" /></tr></tfoot>
            </table>
          </div>}
    </Region>
  );
}
