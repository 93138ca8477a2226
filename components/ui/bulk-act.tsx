"use client";
import { useId, useState, useTransition, type ReactNode } from "react";
import { Button } from "./button";
import { Clock } from "./age";
import { Dialog } from "./dialog";
import { Field } from "./field";
import { Icon } from "./icon";
import { SkeletonRows } from "./skeleton";
import { sumByCurrency, type MoneyOf } from "./sum";
import { Sums } from "./sums";
import { Textarea } from "./textarea";

/** One ticked row as the server sees it at the moment of the preview. */
export interface BulkRow {
  key: string;
  code: string;
  title: string;
  money: readonly MoneyOf[];
  /** False where its money stands in another row already. */
  isCounted?: boolean | undefined;
  /** Items of it that the act reaches, where a row stands for several. */
  items?: readonly string[] | undefined;
  /** What happens to it, in a few words. */
  effect: string;
  /** Why it is left out; null where it is done. */
  why: string | null;
}
export interface BulkOutcome { key: string; ok: boolean; message: string }

export interface BulkActProps {
  title: string;
  effect: string;
  irreversible?: string | undefined;
  /** Undefined until the preview is there. */
  preview: { rows: readonly BulkRow[]; asOf: string } | undefined;
  refused?: string | undefined;
  /** The verb of the button: "Retry". */
  verb: string;
  noun: string;
  danger?: boolean | undefined;
  children?: ReactNode;
  run: (keys: readonly string[], reason: string) => Promise<readonly BulkOutcome[]>;
  onClose: () => void;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Asks before an act on many: what was frozen when, how many, how much money, which codes, what is left out and why; then says what came of each. */
export function BulkAct({ title, effect, irreversible, preview, refused, verb, noun, danger, children, run, onClose }: BulkActProps) {
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [outcomes, setOutcomes] = useState<readonly BulkOutcome[] | null>(null);
  const [pending, start] = useTransition();
  const formId = useId();
  const permitted = preview?.rows.filter(({ why }) => why === null) ?? [];
  const missing = reason.trim().length < 3;
  const confirm = (): void => {
    setAsked(true);
    if (missing || permitted.length === 0 || pending) return;
    start(async () => {
      try { setOutcomes(await run(permitted.map(({ key }) => key), reason.trim())); } catch (error) { setFailure(error instanceof Error ? error.message : "It was refused"); }
    });
  };
  const nothing = preview !== undefined && permitted.length === 0 ? "Nothing that is ticked can be done so" : undefined;
  return (
    <Dialog open wide onOpenChange={(open) => { if (!open) onClose(); }} title={title} description={outcomes ? undefined : effect} footer={outcomes
      ? <Button variant="primary" onClick={onClose}>Done</Button>
      : <><Button onClick={onClose}>Leave as it is</Button><SubmitButton form={formId} danger={danger} pending={pending} why={nothing}>{verb} {plural(permitted.length, noun)}</SubmitButton></>}>
      {outcomes ? <Outcomes outcomes={outcomes} rows={preview?.rows ?? []} noun={noun} /> : (
        <form id={formId} className="grid gap-3" onSubmit={(event) => { event.preventDefault(); confirm(); }}>
          {refused !== undefined ? <p className="hp e" role="alert">{refused}</p> : preview === undefined ? <SkeletonRows rows={3} /> : <Preview rows={preview.rows} asOf={preview.asOf} noun={noun} />}
          {children}
          <Field label="Reason" required error={asked && missing ? "Say why, so that the record can be read later." : undefined}>
            <Textarea value={reason} onChange={(event) => { setReason(event.target.value); }} maxLength={1000} rows={2} />
          </Field>
          {irreversible !== undefined && <p className="sm row"><Icon name="triangle-alert" small />{irreversible}</p>}
          {failure !== null && <p className="hp e" role="alert"><Icon name="circle-alert" small /> {failure}</p>}
        </form>
      )}
    </Dialog>
  );
}

function SubmitButton({ form, danger, pending, why, children }: { form: string; danger: boolean | undefined; pending: boolean; why: string | undefined; children: ReactNode }) {
  if (why !== undefined) return <Button variant="primary" why={why} whyIcon="circle-dashed">{children}</Button>;
  return <button type="submit" form={form} className={`btn ${danger ? "danger" : "pri"}`} aria-disabled={pending || undefined} aria-busy={pending || undefined}>{pending && <Icon name="loader" className="spin" />}{children}</button>;
}


/** How often each word is there, most first. */
function tally(words: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function Preview({ rows, asOf, noun }: { rows: readonly BulkRow[]; asOf: string; noun: string }) {
  const permitted = rows.filter(({ why }) => why === null);
  const left = rows.filter(({ why }) => why !== null);
  const documents = permitted.reduce((total, { items = [] }) => total + items.length, 0);
  return (
    <section aria-label="Preview" className="grid gap-2.5">
      <p><b className="n">{plural(permitted.length, noun)}</b>{documents > 0 && <>, <b className="n">{plural(documents, "document")}</b></>}{permitted.length > 0 && <>, <b className="n"><Sums money={sumByCurrency(permitted.flatMap(({ money, isCounted = true }) => (isCounted ? money : [])))} /></b></>} <span className="m2">frozen at <Clock at={asOf} seconds /></span></p>
      {permitted.length > 0 && <p className="sm m2">{tally(permitted.map(({ code }) => code)).map(([code, count]) => `${code} × ${count}`).join(", ")}</p>}
      {left.length > 0 && <p className="sm row"><Icon name="lock" small />{left.length} left out: {tally(left.map(({ why }) => why ?? "")).map(([why, count]) => `${why} (${count})`).join("; ")}</p>}
      <ul className="bk sm" tabIndex={0} aria-label="What is ticked">
        {rows.map((row) => <li key={row.key} data-out={row.why === null ? undefined : true}><Icon name={row.why === null ? "check" : "ban"} small /><span className="grow"><span className="id">{row.code}</span> {row.title}<br /><span className="m2">{row.why ?? row.effect}</span></span><span className="n"><Sums money={row.money} /></span></li>)}
      </ul>
    </section>
  );
}

function Outcomes({ outcomes, rows, noun }: { outcomes: readonly BulkOutcome[]; rows: readonly BulkRow[]; noun: string }) {
  const done = outcomes.filter(({ ok }) => ok).length;
  const titleOf = (key: string): string => { const row = rows.find((one) => one.key === key); return row ? `${row.code} ${row.title}` : key; };
  return (
    <section aria-label="What came of it" className="grid gap-2.5">
      <p role="status"><b>{done} of {plural(outcomes.length, noun)} done</b>{done < outcomes.length && <>, {outcomes.length - done} refused</>}</p>
      <ul className="bk sm" tabIndex={0} aria-label="Result of each">
        {outcomes.map((outcome) => <li key={outcome.key} data-out={outcome.ok ? undefined : true}><Icon name={outcome.ok ? "check" : "circle-alert"} small /><span className="grow">{titleOf(outcome.key)}<br /><span className="m2">{outcome.message}</span></span></li>)}
      </ul>
    </section>
  );
}
