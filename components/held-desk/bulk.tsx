"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { BulkAct } from "@/components/ui/bulk-act";
import { useTRPC } from "@/components/trpc/client";
import { BulkBar } from "@/components/ui/bulk-bar";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { sumByCurrency } from "@/components/ui/sum";
import { Sums } from "@/components/ui/sums";
import { countedOnce } from "@/server/domain/figures/amounts";
import type { HoldList } from "@/server/api/shapes";
import { commonSequels } from "./choices";

type Verdict = "approve" | "reject";

/** One decision on all ticked holds. */
export function HoldsBulk({ picked, onClear }: { picked: readonly HoldList["holds"][number][]; onClear: () => void }) {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  return (
    <>
      {picked.length > 0 && (
        <BulkBar picked={picked.length === 1 ? "1 hold" : `${picked.length} holds`} sub={<Sums money={sumByCurrency(countedOnce(picked))} />}>
          <Button size="xs" onClick={() => { setVerdict("approve"); }}>Approve</Button><Button size="xs" onClick={() => { setVerdict("reject"); }}>Reject</Button>
          <Button size="xs" variant="ghost" icon="x" label="Untick all" onClick={onClear} />
        </BulkBar>
      )}
      {verdict !== null && <Ask key={verdict} verdict={verdict} picked={picked} onClose={() => { setVerdict(null); }} onDone={onClear} />}
    </>
  );
}

function Ask({ verdict, picked, onClose, onDone }: { verdict: Verdict; picked: readonly HoldList["holds"][number][]; onClose: () => void; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [{ frozen, choices }] = useState({ frozen: picked.map(({ id }) => id), choices: commonSequels(picked.map(({ rule }) => rule), verdict) });
  const [after, setAfter] = useState<string>(choices[0]?.value ?? "");
  const [finished, setFinished] = useState(false);
  const preview = useQuery({ ...trpc.holds.bulkPreview.queryOptions({ ids: [...frozen], verdict }), staleTime: Infinity, refetchOnMount: "always", enabled: !finished });
  const decide = useMutation(trpc.holds.decideMany.mutationOptions());
  const run = async (keys: readonly string[], reason: string) => {
    setFinished(true);
    const holds = (preview.data?.rows ?? []).filter(({ key }) => keys.includes(key)).map(({ key, digest, amount }) => ({ holdId: key, digest, amount }));
    const results = await decide.mutateAsync({ holds, verdict, reason, ...(after ? { consequence: after } : {}) });
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => !JSON.stringify(queryKey).includes("bulkPreview") });
    return results;
  };
  const approve = verdict === "approve";
  return (
    <BulkAct title={`${approve ? "Approve" : "Reject"}: ${frozen.length === 1 ? "1 ticked hold" : `${frozen.length} ticked holds`}`} effect={approve ? "Each decision is bound to what is shown here: a hold that has changed since is refused." : "They stay blocked, and what follows is done."}
      irreversible={approve ? "A posted document can be credited, not undone." : undefined} preview={preview.data} refused={preview.error?.message} verb={approve ? "Approve" : "Reject"} noun="hold" danger={!approve} run={run} onClose={() => { onClose(); if (finished) onDone(); }}>
      {choices.length > 1 && <Field label="What follows"><Select value={after} onChange={(event) => { setAfter(event.target.value); }} options={choices} /></Field>}
    </BulkAct>
  );
}
