import { Chip } from "@/components/ui/chip";
import { Icon } from "@/components/ui/icon";
import { Table, type Column } from "@/components/ui/table";
import type { MappingTarget, MappingTrial } from "@/server/api/shapes";

type Tried = MappingTrial["documents"][number];
/** So many documents are shown; the counts are of all. */
const shownDocuments = 100;

const rowsOf = ({ rows }: Tried): string => (rows.length > 1 ? `${rows[0] ?? ""} to ${rows.at(-1) ?? ""}` : String(rows[0] ?? ""));

const columnsFor = (targets: readonly MappingTarget[]): readonly Column<Tried>[] => [
  { key: "rows", head: "Rows", cell: rowsOf },
  { key: "document", head: "Document", cell: ({ key }) => <span className="id b">{key}</span> },
  { key: "outcome", head: "Outcome", cell: ({ event }) => (event ? <Chip kind="line" icon="check" small>Event</Chip> : <Chip kind="late" icon="octagon-x" small>Stopped</Chip>) },
  {
    key: "what", head: "What becomes of it", wrap: true,
    cell: ({ event, errors }) => (event
      ? <details><summary><span className="id">{event.type}</span></summary><pre>{JSON.stringify(event.data, null, 2)}</pre></details>
      : <ul>{errors.map((error, index) => <li key={index}>Row {error.row}{error.column !== null && <>, <span className="id">{error.column}</span></>}: {targets.find(({ name }) => name === error.field)?.title ?? error.field} {error.message}</li>)}</ul>),
  },
];

/** What a sample would become: why it would be set aside whole, or each document with its rows, those that stop first. */
export function MappingTrialResult({ trial, targets }: { trial: MappingTrial; targets: readonly MappingTarget[] }) {
  if (trial.refused !== null) return <p className="hp e"><Icon name="circle-alert" small /> A file like this would be set aside whole: {trial.refused}.</p>;
  const stopped = trial.documents.filter(({ event }) => event === null), shown = [...stopped, ...trial.documents.filter(({ event }) => event !== null)].slice(0, shownDocuments);
  return (
    <div className="grid gap-2">
      <p className="sm"><b>{trial.documents.length - stopped.length}</b> of <b>{trial.documents.length}</b> documents become events, <b>{stopped.length}</b> would stop</p>
      <div className="cn-trial" role="region" aria-label="What the sample would become" tabIndex={0}><Table caption="Documents of the sample" flush columns={columnsFor(targets)} rows={shown} rowKey={({ rows }) => String(rows[0] ?? 0)} keyboard={false} /></div>
      {trial.documents.length > shown.length && <p className="sm m2">{(trial.documents.length - shown.length).toLocaleString("en-US")} more are counted and not shown.</p>}
    </div>
  );
}
