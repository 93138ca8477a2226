"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { BulkAct } from "@/components/ui/bulk-act";
import { useBulkAsk } from "@/components/bulk-actions/ask";
import { useTRPC } from "@/components/trpc/client";
import { BulkBar } from "@/components/ui/bulk-bar";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Sums } from "@/components/ui/sums";
import { Select } from "@/components/ui/select";
import { sumByCurrency } from "@/components/ui/sum";
import type { ExceptionGroupRow } from "@/server/api/shapes";
import { bulkVerbs, causeVerbs } from "@/server/domain/bulk";
import { endingWords } from "@/server/domain/exceptions";
import { resolutionWords, snoozes } from "./words";

const verbs = {
  assign: { label: "Assign to me", effect: "You are shown as the owner to everybody." },
  snooze: { label: "Snooze", effect: "Out of the open list until a time. Ages run on." },
  resolve: { label: "Resolve", effect: "Ends them by your word. If the condition is still there at the next plan, they come back and say so." },
} as const;
type Verb = keyof typeof verbs;
/** More causes than this are refused at once, so that one mistake stays small. */
const MOST = 100;
const bulkResolutions = endingWords.filter((word) => word !== "posted_by_hand");

/** What can be done with all ticked causes at once. */
export function CausesBulk({ picked, listed, tab, onAll, onClear }: { tab: "open" | "retry" | "snoozed" | "resolved"; picked: readonly ExceptionGroupRow[]; /** How many the list shows. */ listed: number; onAll: () => void; onClear: () => void }) {
  const [verb, setVerb] = useState<Verb | null>(null);
  const bulk = useBulkAsk({ onDone: onClear });
  const documents = picked.reduce((total, { count }) => total + count, 0);
  const money = sumByCurrency(picked.flatMap((group) => group.money));
  return (
    <>
      {picked.length > 0 && (
        <BulkBar picked={picked.length === 1 ? "1 cause" : `${picked.length} causes`} sub={<>{documents === 1 ? "1 document" : `${documents} documents`}{money.length > 0 && <>, <Sums money={money} mode="whole" /></>}</>}>
          <span className="row wrap gap-1.5">
            {picked.length < listed && <Button size="xs" variant="ghost" {...(listed > MOST ? { why: `at most ${MOST} at once: narrow the list` } : {})} onClick={onAll}>{`or all ${listed} that match`}</Button>}
            {tab !== "resolved" && causeVerbs.map((each) => <Button key={each} size="xs" onClick={() => { bulk.ask(each, { tab, filter: {}, fingerprints: picked.map(({ fingerprint }) => fingerprint) }); }}>{bulkVerbs[each].label}</Button>)}
            {(Object.keys(verbs) as Verb[]).map((each) => <Button key={each} size="xs" onClick={() => { setVerb(each); }}>{verbs[each].label}</Button>)}
            <Button size="xs" variant="ghost" icon="x" label="Untick all" onClick={onClear} />
          </span>
        </BulkBar>
      )}
      {bulk.dialog}
      {verb !== null && <Ask key={verb} verb={verb} fingerprints={picked.map(({ fingerprint }) => fingerprint)} onClose={() => { setVerb(null); }} onDone={onClear} />}
    </>
  );
}

function Ask({ verb, fingerprints, onClose, onDone }: { verb: Verb; fingerprints: readonly string[]; onClose: () => void; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [frozen] = useState(fingerprints);
  const [resolution, setResolution] = useState<(typeof bulkResolutions)[number]>("fixed_at_source");
  const [hours, setHours] = useState("24");
  const [finished, setFinished] = useState(false);
  const preview = useQuery({ ...trpc.exceptions.bulkPreview.queryOptions({ verb, fingerprints: [...frozen] }), staleTime: Infinity, refetchOnMount: "always", enabled: !finished });
  const bulk = useMutation(trpc.exceptions.bulk.mutationOptions());
  const run = async (keys: readonly string[], reason: string) => {
    setFinished(true);
    const act = verb === "resolve" ? { verb, resolution } : verb === "snooze" ? { verb, until: new Date(Date.now() + Number(hours) * 3_600_000).toISOString() } : { verb };
    const causes = (preview.data?.rows ?? []).filter(({ key }) => keys.includes(key)).map(({ key, items }) => ({ fingerprint: key, items }));
    const results = await bulk.mutateAsync({ act, causes, reason });
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => !JSON.stringify(queryKey).includes("bulkPreview") });
    return results;
  };
  const { label, effect } = verbs[verb];
  return (
    <BulkAct title={`${label}: ${frozen.length === 1 ? "1 ticked cause" : `${frozen.length} ticked causes`}`} effect={effect} preview={preview.data} refused={preview.error?.message} verb={label} noun="cause" run={run} onClose={() => { onClose(); if (finished) onDone(); }}>
      {verb === "resolve" && <Field label="Reason code"><Select value={resolution} onChange={(event) => { setResolution(event.target.value as typeof resolution); }} options={bulkResolutions.map((code) => ({ value: code, label: resolutionWords[code] }))} /></Field>}
      {verb === "snooze" && <Field label="For"><Select value={hours} onChange={(event) => { setHours(event.target.value); }} options={snoozes.map(([value, text]) => ({ value, label: text }))} /></Field>}
    </BulkAct>
  );
}
