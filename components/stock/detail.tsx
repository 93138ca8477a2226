"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { AskRemedy } from "@/components/exceptions-desk/remedies";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Region } from "@/components/ui/region";
import { Table, type Column } from "@/components/ui/table";
import { Why } from "@/components/ui/why";
import type { RemedyView, StockRow } from "@/server/api/shapes";
import { Count, StandingMark } from "./marks";

/** One item in one warehouse: both counts beside each other, why they differ, and the count written back. */
export function StockDetail({ row, onClose }: { row: StockRow; onClose: () => void }) {
  const [asking, setAsking] = useState<RemedyView | null>(null);
  const remedies = useQuery({ ...useTRPC().exceptions.remedies.queryOptions({ item: row.exception ?? "0" }), enabled: row.exception !== null });
  const writeBack = remedies.data?.find(({ verb }) => verb === "write_back");
  return (
    <section className="cn" aria-label={`${row.item} in ${row.warehouse}`}>
      <header className="cn-head">
        <div className="row wrap">
          <h2 className="tt">{row.item}</h2><span className="m2">in {row.warehouse}, {row.entity}</span><StandingMark standing={row.standing} /><span className="grow" />
          {writeBack && <Button icon="send" why={writeBack.missing ?? writeBack.why ?? undefined} whyBelow onClick={() => { setAsking(writeBack); }}>{writeBack.title}</Button>}
          {row.fingerprint !== null && <Button href={`/exceptions?group=${encodeURIComponent(row.fingerprint)}`}>Open the exception</Button>}
          <Button variant="ghost" icon="x" label="Back to the list" onClick={onClose} />
        </div>
        <Why><Sentence row={row} /></Why>
      </header>
      <Region title="Counts" sub="in the item's base unit">
        <div className="scrollx" tabIndex={0} role="group" aria-label="Counts, scrolls sideways"><Table caption="Counts" columns={columns} rows={countsOf(row)} rowKey={({ who }) => who} flush keyboard={false} /></div>
      </Region>
      {asking && row.exception !== null && <AskRemedy key={asking.digest} item={row.exception} remedy={asking} onClose={() => { setAsking(null); }} />}
    </section>
  );
}

interface CountRow { who: string; role: string; onHand: string | null; reserved: string | null; free: string | null }
const countsOf = (row: StockRow): CountRow[] => [
  ...(row.keeper === null ? [] : [{ who: row.keeper, role: "warehouse, system of record", onHand: row.onHand, reserved: row.reserved, free: row.free }]),
  ...(row.channel === null || row.channelFree === null ? [] : [{ who: row.channel, role: "channel", onHand: row.channelOnHand, reserved: row.channelReserved, free: row.channelFree }]),
];
const columns: readonly Column<CountRow>[] = [
  { key: "who", head: "Says", wrap: true, cell: ({ who, role }) => <><span className="b">{who}</span> <span className="m2">{role}</span></> },
  { key: "onHand", head: "On hand", align: "right", cell: (row) => <Count value={row.onHand} /> },
  { key: "reserved", head: "Reserved", align: "right", cell: (row) => <Count value={row.reserved} /> },
  { key: "free", head: "May be sold", align: "right", cell: (row) => <Count value={row.free} /> },
];

function Sentence({ row }: { row: StockRow }) {
  const { channel, keeper, underway } = row, promised = underway === null || underway === "0" ? null : <> {underway} of it may be promised to orders that {keeper ?? "the warehouse"} does not have yet.</>;
  if (row.standing === "drift") return <>{row.sentence}{row.since && <> Since <Age since={row.since} />.</>}{row.statement === "sent" && <> It was written back and counts as mended when {channel} says the same.</>}</>;
  if (row.standing === "behind") return <>{channel} has not had the last word of {keeper}. It is told within a minute.{promised}</>;
  if (row.standing === "told") return <>{channel} was told, and has not said the same yet.{promised}</>;
  if (row.standing === "in_step") return <>{channel} counts what {keeper} counts.{promised}</>;
  return row.keeper === null ? <>No warehouse system has told of it: {channel} is not compared.</> : <>No channel has told of it.</>;
}
