"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Clock, Moment } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { CommandProgress } from "@/components/ui/command-progress";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Region } from "@/components/ui/region";
import { Sums } from "@/components/ui/sums";
import { Why } from "@/components/ui/why";
import type { BulkDetail, BulkItemList } from "@/server/api/shapes";
import { bulkVerbs, type BulkItemState } from "@/server/domain/bulk";
import { BulkItems } from "./items";
import { bulkMarks, bulkTitle, documentsText, progressOf, rampEnds, selectionWords } from "./words";

const acts = {
  confirm: { title: "Confirm as the second person", label: "Confirm and start", effect: "It starts at once, by the steps of the ramp." },
  goOn: { title: "Continue", label: "Continue", effect: "Goes on with the next documents. What failed until now counts no more; it stops again when too many others fail." },
  abort: { title: "Abort", label: "Abort the rest", effect: "Nothing more of it is sent. What was sent ends known." },
} as const;
type Act = keyof typeof acts;

/** One bulk action: how far it is, why it stopped, its steps, and what became of each document. */
export function BulkActionPage({ initial, items, state }: { initial: BulkDetail; items: BulkItemList; state: BulkItemState | undefined }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const action = useQuery({ ...trpc.bulk.get.queryOptions({ id: initial.id }), initialData: initial }).data;
  const [asking, setAsking] = useState<Act | null>(null);
  const options = { onSettled: () => queryClient.invalidateQueries() };
  const does = { confirm: useMutation(trpc.bulk.confirm.mutationOptions(options)), goOn: useMutation(trpc.bulk.goOn.mutationOptions(options)), abort: useMutation(trpc.bulk.abort.mutationOptions(options)) };
  const { counts, missing, id } = action, mark = bulkMarks[action.state];
  const offered: readonly Act[] = action.state === "proposed" ? ["confirm", "abort"] : action.state === "stopped" ? ["goOn", "abort"] : action.state === "running" ? ["abort"] : [];
  const send = async (reason: string): Promise<string | undefined> => {
    if (asking === null) return undefined;
    try { await does[asking].mutateAsync({ id, reason }); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <Page title={bulkTitle(action)} crumbs={[{ label: "Bulk actions", href: "/bulk" }]} footEnd={documentsText(action.touched)}>
      <div className="bar tall">
        <Chip kind={mark.kind} icon={mark.icon}>{mark.word}</Chip>
        {action.money.length > 0 && <span><b className="n"><Sums money={action.money} /></b> <span className="sm m2">at stake</span></span>}
        <span className="grow" />
        {offered.map((act) => <Button key={act} variant={act === "abort" ? "plain" : "primary"} icon={act === "abort" ? "ban" : "play"} why={(act === "confirm" ? missing.confirm : missing.act) ?? undefined} onClick={() => { setAsking(act); }}>{acts[act].label}</Button>)}
      </div>
      <section className="rg" aria-label="Progress">
        <Why>{sentenceOf(action)}</Why>
        <CommandProgress words={{ rejected: "Failed", sending: "Sent" }} counts={progressOf(action)} stops={rampEnds(action.steps)} />
        {counts.left_out > 0 && <p className="sm m2">{documentsText(counts.left_out)} left out: {action.leftOut.map(({ why, count }) => `${why} (${count})`).join("; ")}</p>}
      </section>
      <div className="bulk-cols">
        <Region title="Steps" sub="each waits until the one before was read back">
          <ol className="bulk-steps" aria-label="Steps of the ramp">
            {action.ramp.map(({ size, settled, verified, cleared, failed }, index) => (
              <li key={index} aria-current={index === action.step && action.state === "running" ? "step" : undefined}>
                <span className="b">{documentsText(size)}</span> <span className="sm m2">{settled === 0 && index > action.step ? "waits" : settled === 0 && (action.state === "aborted" || action.state === "proposed") ? "not begun" : [[verified, "verified"], [cleared, "with nothing to read back"], [failed, "failed"], [settled - verified - cleared - failed, "left out"], [size - settled, "open"]].filter(([count]) => count !== 0).map(([count, word]) => `${String(count)} ${String(word)}`).join(", ")}</span>
              </li>
            ))}
          </ol>
        </Region>
        <Region title="What was asked for">
          <dl className="facts">
            <div><dt>Selection</dt><dd>{selectionWords(action)}, frozen at <Clock at={action.frozenAt} seconds /></dd></div>
            <div><dt>Does</dt><dd>{bulkVerbs[action.verb].effect}</dd></div>
            <div><dt>Asked by</dt><dd>{action.authorId === "cli" ? "the command line" : action.author}{action.confirmedBy !== null && <>, confirmed by {action.confirmedBy}</>}</dd></div>
            {action.reason !== null && <div><dt>Reason</dt><dd>{action.reason}</dd></div>}
            {action.periods.length > 0 && <div><dt>Periods</dt><dd>{action.periods.map(({ entity, period, documents }) => `${entity} ${period ?? "not known before it is planned"} × ${documents}`).join(", ")}</dd></div>}
            {action.present.postings > 0 && <div><dt>There already</dt><dd>{action.present.postings} {action.present.postings === 1 ? "posting" : "postings"} of {documentsText(action.present.documents)}: they stay as they are</dd></div>}
          </dl>
        </Region>
        <Region title="History">
          <ul className="bulk-history">{action.history.map(({ at, actor, action: act, reason }) => <li key={`${at} ${act}`}><span className="b">{act.replace("bulk.", "").replaceAll("_", " ")}</span> <span className="m2">{actor === "tower" ? "by itself" : actor}, <Moment at={at} /></span>{reason !== null && <p className="sm">{reason}</p>}</li>)}</ul>
        </Region>
      </div>
      <BulkItems key={state ?? ""} id={id} counts={counts} state={state} initial={items} />
      {asking !== null && <ConfirmAction open onOpenChange={(open) => { if (!open) setAsking(null); }} title={acts[asking].title} effect={acts[asking].effect} reason="required" confirmLabel={acts[asking].label} danger={asking === "abort"} onConfirm={send} />}
    </Page>
  );
}

function sentenceOf({ state, stoppedWhy, secondWhy, counts, step, steps, endedBy, author }: BulkDetail): string {
  if (state === "proposed") return `${secondWhy ?? ""}: it waits until another person than ${author} has confirmed it. Nothing was sent.`;
  if (state === "stopped") return `It stopped by itself: ${stoppedWhy ?? ""}. Not touched: ${documentsText(counts.waiting)}. Look at what failed, then continue or abort.`;
  if (state === "running") return `Step ${step + 1} of ${steps.length}. It goes on by itself as soon as what was sent is read back.`;
  if (state === "aborted") return `${endedBy ?? "Somebody"} aborted it. Not touched: ${documentsText(counts.waiting)}.`;
  return counts.failed === 0 ? "It is over: nothing failed." : `It is over: ${documentsText(counts.failed)} failed.`;
}
