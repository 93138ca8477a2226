"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState, type ReactNode } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Sums } from "@/components/ui/sums";
import { Textarea } from "@/components/ui/textarea";
import type { BulkAsked } from "@/server/api/shapes";
import { bulkVerbs, type causeVerbs } from "@/server/domain/bulk";
import { documentsText } from "./words";

export type CauseVerb = (typeof causeVerbs)[number];
export interface AskedFor { tab: "open" | "retry" | "snoozed"; filter: Record<string, string | undefined>; fingerprints?: readonly string[] | undefined }

const causesText = (count: number): string => `${count} ${count === 1 ? "cause" : "causes"}`;

/** Freezes what is asked for and shows what would be done before it is: `ask` opens the dialog, which leads to the bulk action's page once it is started. */
export function useBulkAsk({ onDone }: { onDone?: () => void } = {}): { ask: (verb: CauseVerb, of: AskedFor) => void; dialog: ReactNode } {
  const [asked, setAsked] = useState<{ verb: CauseVerb; title: string } | null>(null);
  const asking = useMutation(useTRPC().bulk.ask.mutationOptions());
  return {
    ask: (verb, { tab, filter, fingerprints }) => { setAsked({ verb, title: `${bulkVerbs[verb].label} ${fingerprints ? causesText(fingerprints.length) : "all that match"}` }); asking.mutate({ verb, tab, filter, ...(fingerprints && { fingerprints: [...fingerprints] }) }); },
    dialog: asked !== null && <AskDialog {...asked} asked={asking.isPending ? undefined : asking.data} refused={asking.error?.message} onClose={() => { setAsked(null); }} onStarted={() => { setAsked(null); onDone?.(); }} />,
  };
}

function AskDialog({ verb, title, asked, refused, onClose, onStarted }: { verb: CauseVerb; title: string; asked: BulkAsked | undefined; refused: string | undefined; onClose: () => void; onStarted: () => void }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState("");
  const [pressed, setPressed] = useState(false);
  const formId = useId();
  const start = useMutation(useTRPC().bulk.start.mutationOptions());
  const { label, effect } = bulkVerbs[verb];
  const missing = reason.trim().length < 3;
  const nothing = asked?.touched === 0 ? "Nothing that matches can be done so" : undefined;
  const begin = (): void => {
    setPressed(true);
    if (!asked || missing || nothing !== undefined || start.isPending) return;
    start.mutate({ id: asked.id, reason: reason.trim() }, { onSuccess: () => { void queryClient.invalidateQueries(); onStarted(); router.push(`/bulk/${asked.id}`); } });
  };
  const does = asked ? `${label} ${documentsText(asked.touched)}` : label;
  return (
    <Dialog open wide onOpenChange={(open) => { if (!open) onClose(); }} title={title} description={effect} footer={<>
      <Button onClick={onClose}>Leave as it is</Button>
      {nothing === undefined ? <button type="submit" form={formId} className="btn pri" aria-disabled={!asked || start.isPending || undefined} aria-busy={start.isPending || undefined}>{start.isPending && <Icon name="loader" className="spin" />}{does}</button> : <Button variant="primary" why={nothing} whyIcon="circle-dashed">{does}</Button>}
    </>}>
      <form id={formId} className="grid gap-3" onSubmit={(event) => { event.preventDefault(); begin(); }}>
        {refused !== undefined ? <p className="hp e" role="alert">{refused}</p> : asked === undefined ? <SkeletonRows rows={4} /> : <BulkPreview asked={asked} />}
        <Field label="Reason" required error={pressed && missing ? "Say why, so that the record can be read later." : undefined}>
          <Textarea value={reason} onChange={(event) => { setReason(event.target.value); }} maxLength={1000} rows={2} />
        </Field>
        {start.error !== null && <p className="hp e" role="alert"><Icon name="circle-alert" small /> {start.error.message}</p>}
      </form>
    </Dialog>
  );
}

/** How many, how much, which periods, what is there already, what customers would be told, and what is left out and why. */
function BulkPreview({ asked }: { asked: BulkAsked }) {
  const { touched, money, frozenAt, steps, refused, periods, present, telling, leftOut, secondWhy } = asked;
  return (
    <section aria-label="Preview" className="grid gap-2.5">
      <p><b className="n">{documentsText(touched)}</b>{money.length > 0 && <>, <b className="n"><Sums money={money} /></b> at stake</>} <span className="m2">frozen at <Clock at={frozenAt} seconds /></span></p>
      <dl className="facts">
        {steps.length > 0 && <div><dt>Steps</dt><dd><b className="n">{steps.map((size) => size.toLocaleString("en-US")).join(", ")}</b> <span className="m2">{steps.length === 1 ? steps[0] !== 1 && "all at once: a code was mapped for them" : "each waits until the one before was read back. Stops by itself when the first fails, or more than a tenth"}</span></dd></div>}
        <div><dt>Sends again</dt><dd>{refused === 0 ? <span className="m2">nothing was refused</span> : <><b className="n">{refused}</b> refused {refused === 1 ? "command" : "commands"}</>}</dd></div>
        {periods.length > 0 && <div><dt>Periods</dt><dd>{periods.map(({ entity, period, open, documents }, index) => <span key={`${entity} ${period ?? ""}`}>{index > 0 && ", "}{entity} {period ?? "not known before it is planned"} <b className="n">× {documents}</b>{!open && <span className="b"> (closed)</span>}</span>)}</dd></div>}
        <div><dt>There already</dt><dd>{present.postings === 0 ? <span className="m2">the target has confirmed none of their postings</span> : <><b className="n">{present.postings}</b> {present.postings === 1 ? "posting" : "postings"} of {documentsText(present.documents)}: they stay as they are</>}</dd></div>
        {telling > 0 && <div><dt>Customers</dt><dd>would be told of <b className="n">{telling}</b></dd></div>}
        {secondWhy !== null && <div><dt>Second person</dt><dd><Icon name="user" small /> {secondWhy}: it waits until another person has confirmed it</dd></div>}
      </dl>
      {leftOut.length > 0 && (
        <ul className="bk sm" tabIndex={0} aria-label="Left out">
          {leftOut.map(({ why, count }) => <li key={why} data-out><Icon name="lock" small /><span>{why}</span><b className="n">{count}</b></li>)}
        </ul>
      )}
    </section>
  );
}
