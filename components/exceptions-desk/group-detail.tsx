"use client";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { orderPath } from "@/components/order/href";
import { useTRPC } from "@/components/trpc/client";
import { Age, Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { CommandProgress } from "@/components/ui/command-progress";
import { Identifier } from "@/components/ui/identifier";
import { KindChip, type KindName } from "@/components/ui/kind";
import { LoadMore } from "@/components/ui/load-more";
import { Money } from "@/components/ui/money";
import { Note } from "@/components/ui/note";
import { Said } from "@/components/ui/said";
import { StatusMark, GroupStatus, type CommandMark, type GroupMark } from "@/components/ui/status-mark";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import { Textarea } from "@/components/ui/textarea";
import { Why } from "@/components/ui/why";
import type { AttemptRow, ExceptionDetail, ExceptionItemRow } from "@/server/api/shapes";
import { causeKey, causeName } from "./cause";
import { EditMessage } from "./edit-message";
import { FixOnce } from "./fix-once";
import { deskHref, type DeskSearch } from "./search";
import { Remedies } from "./remedies";
import { Verbs } from "./verbs";
import { fetchWords, fixWords } from "./words";

const subjectHref = ({ subjectKind, subjectId, number }: ExceptionItemRow, entity: string): string | undefined =>
  (number === null ? undefined : subjectKind === "order" ? orderPath(number, entity) : `/trace?q=${encodeURIComponent(number)}${subjectId === null ? "" : `&subject=${encodeURIComponent(subjectId)}`}`);

const stateOf = (command: ExceptionItemRow["command"]): CommandMark | null => {
  if (!command) return null;
  if (command.verifiedAt) return "verified";
  return command.state === "confirmed" ? "accepted" : command.state === "wanted" ? "waiting" : (command.state as CommandMark);
};

/** What was verified before anybody mended anything is not the mending. */
const markOf = (item: ExceptionItemRow, fixing: boolean): CommandMark | null => { const mark = stateOf(item.command); return mark === "verified" && item.state === "open" && !fixing ? null : mark; };

const itemColumns = (entity: string, onEdit: (message: string) => void, fixing: boolean): readonly Column<ExceptionItemRow>[] => [
  { key: "number", head: "Document", cell: (item) => { const href = subjectHref(item, entity); return item.number ? <Identifier {...(href ? { href } : {})}>{item.number}</Identifier> : <MessageName item={item} onEdit={onEdit} />; } },
  { key: "customer", head: "Customer", from: "phone", cell: (item) => item.customerName ?? "" },
  { key: "amount", head: "At stake", align: "right", cell: (item) => (item.currency ? <Money amount={item.amount} currency={item.currency} /> : "–") },
  { key: "age", head: "Age", align: "right", from: "phone", cell: (item) => <Age since={item.firstSeenAt} /> },
  { key: "state", head: "State", cell: (item) => { const mark = markOf(item, fixing); return <span className="row">{item.state === "resolved" ? <Chip kind="ok" icon="check" small>{(item.resolution ?? "resolved").replaceAll("_", " ")}</Chip> : item.proposed ? <Chip kind="soon" icon="user" small>Waits for a second person</Chip> : mark ? <StatusMark state={mark} small /> : null}{item.command?.reference && <span className="id m2">{item.command.reference}</span>}</span>; } },
];

const outcomes: Record<string, CommandMark> = { confirmed: "accepted", retryable: "waiting", rejected: "rejected", unknown: "unknown", found: "accepted", agreed: "verified", differs: "rejected", failed: "waiting" };
const purposes: Record<string, string> = { send: "", lookup: "look up ", verify: "read back " };
const callName = ({ purpose, kind }: AttemptRow): string => { const words = `${purposes[purpose] ?? `${purpose} `}${kind.replaceAll("_", " ")}`; return words.charAt(0).toUpperCase() + words.slice(1); };
const attemptColumns: readonly Column<AttemptRow>[] = [
  { key: "time", head: "Time", cell: (attempt) => <span className="n m2"><Clock at={attempt.startedAt} seconds /></span> },
  { key: "call", head: "Call", from: "phone", wrap: true, cell: (attempt) => <>{callName(attempt)} <span className="m3">{attempt.connector}</span></> },
  { key: "answer", head: "Answer", wrap: true, cell: (attempt) => <span className="an"><span className="id">{[attempt.httpStatus, attempt.code ?? attempt.reference].filter(Boolean).join(" ")}</span>{attempt.message && <><br /><span className="sm m2"><Said>{attempt.message}</Said></span></>}</span> },
  { key: "outcome", head: "Outcome", align: "right", cell: (attempt) => (attempt.outcome === "absent" ? <span className="sm m2">not there</span> : attempt.outcome ? <StatusMark state={outcomes[attempt.outcome] ?? "waiting"} small /> : null) },
];

/** What was refused before anybody knew whose it is: its sender's id, opened field by field. */
function MessageName({ item, onEdit }: { item: ExceptionItemRow; onEdit: (message: string) => void }) {
  const { messageId, sourceId } = item;
  if (messageId === null) return <span className="m2">{item.connector === null ? "no document" : `${item.connector} itself`}</span>;
  return item.state === "open" ? <button type="button" className="ln id whitespace-normal wrap-anywhere text-left" onClick={() => { onEdit(messageId); }}>{sourceId ?? `message ${messageId}`}</button> : <span className="id m2">{sourceId ?? `message ${messageId}`}</span>;
}

/** One cause: what it is, how far the fix is, what it stops, every attempt, what people know, and what can be done. */
export function GroupDetail({ detail, search }: { detail: ExceptionDetail; search: DeskSearch }) {
  const { group, items, attempts, rule } = detail;
  const open = items.filter((item) => item.state === "open");
  const fix = group.fix;
  const ended = group.state === "resolved";
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <section className="dt" aria-label="Selected group">
      <div className="dh">
        <span className="back"><Button variant="ghost" icon="arrow-left" label="Back to groups" href={deskHref(search, { group: null })} /></span>
        <div className="grow">
          <div className="row wrap gap-1.5"><KindChip of={group.kind as KindName} /><GroupStatus state={group.state as GroupMark} /><span className="id m3">{group.code}</span></div>
          <h2 className="dtt">{causeName(group)}</h2>
          <p className="sm m2">{causeKey(group).map(([what, value]) => <span key={what} className="pr-3">{what} <span className="id">{value}</span></span>)}</p>
        </div>
        <div className="dm">
          <span><b className="n"><Sums money={group.money} mode="whole" /></b><span className="sm m2">{ended ? "was at stake" : "at stake"}</span></span>
          <span><b className="n">{group.documents === 0 ? "–" : group.documents}</b><span className="sm m2">{group.documents === 1 ? "document" : "documents"}</span></span>
          <span><b className="n"><Age since={group.openedAt} /></b><span className="sm m2">oldest</span></span>
        </div>
      </div>
      {fix && (
        <div className="job">
          <div className="row gap-2.5"><span className="b">{fixWords[fix.verb] ?? "Decision"}</span><span className="sm m2 grow el">{fix.author}, <Clock at={fix.at} /></span>{fix.bulkAction !== null && <Link className="ln sm" href={`/bulk/${fix.bulkAction}`}>in a bulk action</Link>}</div>
          <CommandProgress words={fix.verb === "fetch" ? fetchWords : undefined} counts={{ waiting: fix.waiting, sending: fix.sending, accepted: fix.accepted, verified: fix.verified, rejected: fix.failed }} />
        </div>
      )}
      <div className="db">
        <div className="dl">
          <Why><Said>{open[0]?.message ?? items[0]?.message ?? group.title}</Said></Why>
          {rule && <Note icon="lightbulb" title={rule.name} sub={`seen ${group.occurrences === 1 ? "once" : `${group.occurrences} times`}, ${group.solved} solved`}><p className="sm m2">{rule.action.charAt(0).toUpperCase() + rule.action.slice(1)}.</p></Note>}
          <FixOnce detail={detail} />
          <section><div className="rh"><h3>{ended ? "What it stopped" : "What it stops"}</h3><span className="sm">most money first</span></div><Documents detail={detail} onEdit={setEditing} /></section>
          {attempts.length > 0 && <Attempts attempts={attempts} />}
          {detail.history.length > 0 && <section><div className="rh"><h3>History</h3></div><ul className="sm m2 grid gap-1">{detail.history.map((entry) => <li key={`${entry.at}${entry.action}`}><Clock at={entry.at} /> {entry.actor}: {entry.action.replace("exception.", "").replaceAll("_", " ")}{entry.reason ? `, “${entry.reason}”` : ""}</li>)}</ul></section>}
        </div>
        <aside className="da">{detail.hasRemedies && <Remedies detail={detail} />}<Verbs detail={detail} onEdit={setEditing} /><Notes detail={detail} /></aside>
      </div>
      {editing !== null && <EditMessage message={editing} onClose={() => { setEditing(null); }} />}
    </section>
  );
}

/** What the cause stops, page by page. */
function Documents({ detail, onEdit }: { detail: ExceptionDetail; onEdit: (message: string) => void }) {
  const trpc = useTRPC();
  const { items, next } = detail;
  const pages = useInfiniteQuery({ ...trpc.exceptions.items.infiniteQueryOptions({ fingerprint: detail.group.fingerprint }, { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [{ items, next }], pageParams: [null] } }), enabled: next !== null });
  const rows = next === null ? items : pages.data.pages.flatMap((page) => page.items);
  return (
    <>
      <div className="scrollx" tabIndex={0} role="group" aria-label="Documents, scrolls sideways"><Table caption="Documents of this cause" columns={itemColumns(detail.group.entity, onEdit, detail.group.fix !== null)} rows={rows} rowKey={(item) => item.id} flush keyboard={false} /></div>
      {next !== null && <LoadMore pages={pages} />}
    </>
  );
}

/** The latest first; the rest when asked for. */
const FIRST_ATTEMPTS = 8;
function Attempts({ attempts }: { attempts: readonly AttemptRow[] }) {
  const [all, setAll] = useState(false);
  const more = attempts.length - FIRST_ATTEMPTS;
  return (
    <section>
      <div className="rh"><h3>Attempts</h3><span className="sm">newest first, secrets masked</span></div>
      <div className="scrollx" tabIndex={0} role="group" aria-label="Attempts, scrolls sideways"><Table caption="Attempts" columns={attemptColumns} rows={all ? attempts : attempts.slice(0, FIRST_ATTEMPTS)} rowKey={(attempt) => attempt.id} flush keyboard={false} /></div>
      {!all && more > 0 && <p className="pt-2"><Button size="xs" variant="ghost" onClick={() => { setAll(true); }}>Show {more} more</Button></p>}
    </section>
  );
}

function Notes({ detail }: { detail: ExceptionDetail }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState("");
  const note = useMutation(trpc.exceptions.note.mutationOptions({ onSuccess: () => { setText(""); return queryClient.invalidateQueries(); } }));
  return (
    <section aria-label="Notes" className="pt-3">
      <h3 className="b pb-2">Notes <span className="sm m3">stay with this cause</span></h3>
      {detail.notes.map((entry) => <p key={entry.id} className="sm pb-2"><b>{entry.author}</b> <span className="m3"><Age since={entry.createdAt} ago /></span><br />{entry.text}</p>)}
      <form className="grid gap-2" onSubmit={(event) => { event.preventDefault(); if (text.trim()) note.mutate({ kind: "exception", id: detail.group.fingerprint, text }); }}>
        <Textarea aria-label="New note" rows={2} value={text} onChange={(event) => { setText(event.target.value); }} />
        <Button type="submit" size="xs" pending={note.isPending} why={detail.missing.note ?? undefined} whyBelow>Add note</Button>
        {note.isError && <p role="alert" className="sm c-drift">{note.error.message}</p>}
      </form>
    </section>
  );
}
