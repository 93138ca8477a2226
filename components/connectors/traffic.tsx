import { Age } from "@/components/ui/age";
import { Meter } from "@/components/ui/meter";
import { Region } from "@/components/ui/region";
import { Said } from "@/components/ui/said";
import { Table, type Column } from "@/components/ui/table";
import type { ConnectorView } from "@/server/api/shapes";
import { readMark } from "./cursor";
import { Kinds } from "./kinds";

type Lane = ConnectorView["lanes"][number];
type Feed = { feed: string; cursor: unknown; updatedAt: string | null; lastSuccessAt: string | null; everyMs: number | null };

const lanes: readonly Column<Lane>[] = [
  { key: "lane", head: "Lane", cell: (row) => <span className="b">{row.lane}</span> },
  { key: "wanted", head: "Waiting", align: "right", cell: (row) => row.wanted.toLocaleString("en-US") },
  { key: "sending", head: "Sending", align: "right", cell: (row) => <span className={row.sending === 0 ? "m3" : undefined}>{row.sending}</span> },
  { key: "unknown", head: "Unknown", align: "right", cell: (row) => (row.unknown === 0 ? <span className="m3">0</span> : <b className="c-tech">{row.unknown}</b>) },
  { key: "oldest", head: "Oldest", align: "right", cell: (row) => (row.oldestAt ? <Age since={row.oldestAt} /> : <span className="m3">–</span>) },
];
const feeds: readonly Column<Feed>[] = [
  { key: "feed", head: "Feed", cell: (row) => <span className="b">{row.feed}</span> },
  { key: "cursor", head: "Stands at", wrap: true, cell: (row) => row.updatedAt === null ? <span className="m3">not read yet</span> : <Cursor cursor={row.cursor} /> },
  { key: "good", head: "Last good", align: "right", cell: (row) => (row.lastSuccessAt ? <span className={late(row) ? "b" : "m2"}><Age since={row.lastSuccessAt} ago /></span> : <span className="m3">never</span>) },
];
/** Where a feed stands, in words: changes read up to a time, or the last entry read. Its exact mark stands on hover. */
function Cursor({ cursor }: { cursor: unknown }) {
  const mark = readMark(cursor);
  const exact = typeof cursor === "string" ? cursor : JSON.stringify(cursor);
  if (mark.kind === "start") return <span className="m2" title={exact}>at its beginning</span>;
  if (mark.kind === "time") return <span title={exact}>changes up to <Said>{mark.at}</Said>{mark.more && ", more is being read"}</span>;
  return <span title={exact}>after entry <span className="id cn-cursor">{mark.entry}</span></span>;
}
const late = (row: Feed): boolean => row.everyMs !== null && row.updatedAt !== null && row.lastSuccessAt !== row.updatedAt;

/** What waits in each lane, the budget, and how far its feeds are read. */
export function Traffic({ connector }: { connector: ConnectorView }) {
  const declared = connector.kind?.feeds ?? [];
  const rows: Feed[] = [
    ...declared.map(({ name, everyMs }) => { const row = connector.feeds.find(({ feed }) => feed === name); return { feed: name, everyMs, cursor: row?.cursor ?? null, updatedAt: row?.updatedAt ?? null, lastSuccessAt: row?.lastSuccessAt ?? null }; }),
    ...connector.feeds.filter(({ feed }) => !declared.some(({ name }) => name === feed)).map((row) => ({ ...row, everyMs: null })),
  ];
  return (
    <>
      {connector.called && <Region title="Queue by lane" sub={`${connector.concurrency} at a time`} end={<Meter label="Calls in the last minute" used={connector.calls} of={connector.perMinute} tech={connector.calls >= connector.perMinute * 0.9} />}>
        {connector.lanes.length === 0 ? <p className="sm m2">Nothing waits to be sent.</p> : <Table caption="Queue by lane" flush keyboard={false} columns={lanes} rows={connector.lanes} rowKey={(row) => row.lane} />}
      </Region>}
      <Kinds connector={connector} />
      <Region title="Feeds" sub={rows.length === 0 ? undefined : connector.kind?.webhook ? "polled; and it calls us by webhook" : "polled; windows overlap"} className="rule">
        {rows.length === 0 ? <p className="sm m2">{connector.keys !== null ? "Nothing is polled: others send its events, each with a key, or a file is taken in by the command line." : connector.kind?.webhook ? "Nothing is polled: it calls us." : "It is only sent to; nothing is read from it by itself."}</p> : <Table caption="Feeds and where they stand" flush keyboard={false} columns={feeds} rows={rows} rowKey={(row) => row.feed} />}
      </Region>
    </>
  );
}
