"use client";
import { useState } from "react";
import { Moment } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Identifier } from "@/components/ui/identifier";
import { Region } from "@/components/ui/region";
import { Table, type Column } from "@/components/ui/table";
import { StatusMark, type CommandMark } from "@/components/ui/status-mark";
import type { ConnectorView } from "@/server/api/shapes";

type Row = ConnectorView["attempts"][number];

const marks: Readonly<Record<string, { state: CommandMark; word: string }>> = {
  confirmed: { state: "accepted", word: "Accepted" }, found: { state: "accepted", word: "Found" }, agreed: { state: "verified", word: "Read back, equal" }, differs: { state: "rejected", word: "Read back, differs" },
  rejected: { state: "rejected", word: "Rejected" }, retryable: { state: "waiting", word: "To be retried" }, unknown: { state: "unknown", word: "Outcome unknown" }, absent: { state: "not_yet_wanted", word: "Not there" },
};
const took = (row: Row): string => (row.endedAt === null ? "–" : `${Math.max(0, Date.parse(row.endedAt) - Date.parse(row.startedAt)).toLocaleString("en-US")} ms`);
const pretty = (value: unknown): string => (value === null || value === undefined ? "Nothing was kept." : typeof value === "string" ? value : JSON.stringify(value, null, 2));

/** The latest calls as they went; request and response with secrets masked. */
export function Attempts({ attempts, missing, name }: { attempts: readonly Row[]; missing: string | null; name: string }) {
  const [open, setOpen] = useState<Row | null>(null);
  const columns: readonly Column<Row>[] = [
    { key: "at", head: "At", cell: (row) => <Moment at={row.startedAt} seconds /> },
    { key: "what", head: "What", cell: (row) => <><span className="b">{row.purpose === "send" ? row.kind.replaceAll("_", " ") : `${row.purpose.replace("lookup", "look up").replace("verify", "read back")} ${row.kind.replaceAll("_", " ")}`}</span></> },
    { key: "document", head: "Document", cell: (row) => <Identifier href={row.subjectKind === "order" ? `/orders/${encodeURIComponent(row.number)}` : `/trace?q=${encodeURIComponent(row.number)}`}>{row.number}</Identifier> },
    { key: "outcome", head: "Outcome", cell: (row) => { const mark = row.outcome === null ? null : marks[row.outcome]; return mark ? <StatusMark state={mark.state} small>{mark.word}</StatusMark> : <StatusMark state="sending" small>Under way</StatusMark>; } },
    { key: "status", head: "HTTP", align: "right", cell: (row) => row.httpStatus ?? <span className="m3">–</span> },
    { key: "took", head: "Took", align: "right", from: "phone", cell: (row) => <span className="m2">{took(row)}</span> },
    { key: "message", head: "What it said", wrap: true, from: "phone", cell: (row) => <span className="m2">{[row.code, row.message].filter(Boolean).join(" ") || "–"}</span> },
    { key: "payload", head: <span className="vh">Payload</span>, name: "Payload", align: "right", cell: (row) => (missing === null ? <Button size="xs" variant="ghost" icon="eye" label={`Request and response of ${row.number}`} onClick={() => { setOpen(row); }} /> : null) },
  ];
  return (
    <Region title="Latest calls" sub="newest first; secrets are masked" className="rule" end={missing === null ? undefined : <span className="whynot">Payloads: {missing}</span>}>
      {attempts.length === 0 ? <p className="sm m2">No call was made to {name} yet.</p> : <Table caption={`Latest calls to ${name}`} flush keyboard={false} columns={columns} rows={attempts} rowKey={(row) => row.id} />}
      <Dialog open={open !== null} onOpenChange={(next) => { if (!next) setOpen(null); }} wide title={open ? `${open.kind.replaceAll("_", " ")} ${open.number}` : ""} description="As it left and as it came back; secrets were masked before it was stored.">
        {open && <div className="cn-payload"><div><h3 className="b">Request</h3><pre tabIndex={0} aria-label="Request">{pretty(open.request)}</pre></div><div><h3 className="b">Response</h3><pre tabIndex={0} aria-label="Response">{pretty(open.response)}</pre></div></div>}
      </Dialog>
    </Region>
  );
}
