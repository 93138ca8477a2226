"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { DifferenceList } from "@/components/ui/difference-list";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { Said } from "@/components/ui/said";
import { Select } from "@/components/ui/select";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Textarea } from "@/components/ui/textarea";
import { notify } from "@/components/ui/toast";
import { Why } from "@/components/ui/why";
import type { EditableMessage, MessageField } from "@/server/api/shapes";
import { differencesOf, givenOf, meanings, meant, placeOf, shownFields, shownValue, type Given, type Meaning } from "./edit-shape";
import { Proposal } from "./proposal";

const MOST_ROWS = 200, REASON_MIN = 3;

/** Edit and retry: the fields of a message that could not be read, what may be done to each, and what would come of it. The bytes stay as they came. */
export function EditMessage({ message, onClose }: { message: string; onClose: () => void }) {
  const trpc = useTRPC();
  const shown = useQuery(trpc.exceptions.editable.queryOptions({ message }));
  const proposal = shown.data?.edits.find(({ state }) => state === "proposed");
  if (shown.data) return proposal ? <Proposal message={shown.data} proposal={proposal} onClose={onClose} /> : <Form key={shown.data.edition} message={shown.data} onClose={onClose} />;
  return <Dialog open onOpenChange={(open) => { if (!open) onClose(); }} title="Message">{shown.isError ? <p role="alert">{shown.error.message}</p> : <SkeletonRows rows={6} />}</Dialog>;
}

function Form({ message, onClose }: { message: EditableMessage; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const fault = placeOf(message.errorAt);
  const [given, setGiven] = useState<Readonly<Record<string, Given>>>({});
  const [filter, setFilter] = useState("");
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const edit = useMutation(trpc.exceptions.edit.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const read = Object.entries(given).map(([at, text]) => ({ at, ...meant(text) }));
  const changes = read.flatMap((one) => (one.ok ? [{ at: one.at, value: one.value }] : []));
  const rehearsed = useDeferredValue(JSON.stringify(changes));
  const wanted = JSON.parse(rehearsed) as typeof changes;
  const preview = useQuery({ ...trpc.exceptions.editPreview.queryOptions({ message: message.id, changes: wanted }), enabled: wanted.length > 0, placeholderData: (before) => before });
  const alone = !(preview.data?.ok && preview.data.sensitive);
  const why = message.why ?? (changes.length === 0 ? "Nothing was changed" : preview.data?.ok === false ? "It would be refused again" : undefined);
  const missing = reason.trim().length < REASON_MIN;
  const send = (): void => {
    setAsked(true);
    if (why !== undefined || missing || read.some(({ ok }) => !ok)) return;
    edit.mutate({ message: message.id, edition: message.edition, changes, reason: reason.trim() }, { onSuccess: ({ applied }) => { notify(applied ? "Edited, and read again" : "Proposed: a second person confirms it"); onClose(); } });
  };
  const fieldAt = (at: string) => message.fields.find((field) => field.at === at);
  return (
    <Dialog open wide onOpenChange={(open) => { if (!open) onClose(); }} title={`Edit and retry message ${message.sourceMessageId}`} description={`From ${message.connectorName}. The original stays as it came; your values are laid over it.`}
      footer={<><Button onClick={onClose}>Leave as it is</Button><Button variant="primary" why={why} whyIcon={message.why === null ? "circle-dashed" : "lock"} pending={edit.isPending} onClick={send}>{alone ? "Edit and retry" : "Propose to a second person"}</Button></>}>
      <Why><Said>{message.errorMessage ?? "It was refused."}</Said></Why>
      <div className="med">
        <Input icon="search" aria-label="Find a field" placeholder="Find a field or a value" value={filter} onChange={(event) => { setFilter(event.target.value); }} />
        <ul className="med-list" aria-label="Fields of the message" tabIndex={0}>
          {shownFields(message.fields, fault, filter, MOST_ROWS).map((field) => (
            <Row key={field.at} field={field} fault={field.at === fault} given={given[field.at]} may={message.why === null}
              onGive={(next) => { const { [field.at]: _gone, ...rest } = given; setGiven(next === undefined ? rest : { ...rest, [field.at]: next }); }} />
          ))}
        </ul>
      </div>
      {changes.length > 0 && (
        <section aria-label="What changes" className="grid gap-2">
          <DifferenceList rows={differencesOf(changes.map(({ at, value }) => { const before = fieldAt(at); return { at, ...(before ? { before: before.value } : {}), value }; }))} />
          <p className="sm" role="status">{preview.isError ? preview.error.message : !preview.data ? "Being tried." : preview.data.ok
            ? <><Icon name="check" small /> It would be read{preview.data.says.length > 0 ? ` as ${[...new Set(preview.data.says.map(({ type, subject }) => `${type.replaceAll(/[._]/g, " ")} ${subject.split(":").slice(2).join(":")}`))].join(", ")}` : ", and says nothing that we keep"}.{preview.data.sensitive && " It touches what one person alone may not change: another person confirms it before it counts."}</>
            : <><Icon name="circle-alert" small /> Still refused: <Said>{preview.data.message}</Said></>}</p>
        </section>
      )}
      <Field label="Reason" required error={asked && missing ? "Say why, so that the record can be read later." : undefined}><Textarea rows={2} maxLength={1000} value={reason} onChange={(event) => { setReason(event.target.value); }} /></Field>
      {edit.isError && <p className="hp e" role="alert"><Icon name="circle-alert" small /> {edit.error.message}</p>}
    </Dialog>
  );
}

function Row({ field, fault, given, may, onGive }: { field: MessageField; fault: boolean; given: Given | undefined; may: boolean; onGive: (given: Given | undefined) => void }) {
  const wrong = given === undefined ? null : meant(given);
  return (
    <li className="med-row" data-fault={fault || undefined}>
      <span className="id">{field.at}{fault && <span className="vh"> is what is wrong</span>}</span>
      <span className="med-value">{field.value === undefined ? <span className="m3">not there</span> : <span className="id">{shownValue(field.value)}</span>} {field.care !== "free" && <span className="sm m2"><Icon name={field.care === "locked" ? "lock" : "user"} small /> {field.care === "locked" ? `locked, ${field.why}` : `${field.why}, needs a second person`}</span>}</span>
      {field.care !== "locked" && may && given === undefined && <Button size="xs" onClick={() => { onGive(givenOf(field.value)); }}>{field.value === undefined ? "Give" : "Change"}<span className="vh"> {field.at}</span></Button>}
      {given !== undefined && (
        <span className="med-give">
          <Input mono autoFocus aria-label={`New value of ${field.at}`} aria-invalid={wrong?.ok === false || undefined} value={given.text} disabled={given.as === "nothing"} maxLength={4000} onChange={(event) => { onGive({ ...given, text: event.target.value }); }} />
          <Select aria-label={`Kind of ${field.at}`} value={given.as} onChange={(event) => { onGive({ ...given, as: event.target.value as Meaning }); }} options={Object.entries(meanings).map(([value, label]) => ({ value, label }))} />
          <Button size="xs" variant="ghost" icon="undo" label={`Leave ${field.at} as it is`} onClick={() => { onGive(undefined); }} />
          {wrong?.ok === false && <span className="hp e">{wrong.error}</span>}
        </span>
      )}
    </li>
  );
}
