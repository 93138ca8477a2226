"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { BulkAct } from "@/components/ui/bulk-act";
import { useTRPC } from "@/components/trpc/client";
import { BulkBar } from "@/components/ui/bulk-bar";
import { Button } from "@/components/ui/button";
import type { StockRow } from "@/server/api/shapes";

/** More positions than this are refused at once, so that one mistake stays small. */
const MOST = 100;

/** The warehouse's count written back to all ticked positions, for one reason. */
export function StockBulk({ picked, onClear }: { picked: readonly StockRow[]; onClear: () => void }) {
  const [asking, setAsking] = useState(false), drifts = picked.filter(({ exception }) => exception !== null).length;
  const why = picked.length > MOST ? `at most ${MOST} at once` : drifts === 0 ? "none of them has a drift that is open" : undefined;
  return (
    <>
      {picked.length > 0 && (
        <BulkBar picked={picked.length === 1 ? "1 position" : `${picked.length} positions`} sub={drifts === 1 ? "1 with an open drift" : `${drifts} with an open drift`}>
          <Button size="xs" icon="send" {...(why === undefined ? {} : { why })} onClick={() => { setAsking(true); }}>Write back</Button>
          <Button size="xs" variant="ghost" icon="x" label="Untick all" onClick={onClear} />
        </BulkBar>
      )}
      {asking && <Ask positions={picked.map(({ id }) => id)} onClose={() => { setAsking(false); }} onDone={onClear} />}
    </>
  );
}

function Ask({ positions, onClose, onDone }: { positions: readonly string[]; onClose: () => void; onDone: () => void }) {
  const trpc = useTRPC(), queryClient = useQueryClient();
  const [frozen] = useState(positions), [finished, setFinished] = useState(false);
  const preview = useQuery({ ...trpc.stock.bulkPreview.queryOptions({ positions: [...frozen] }), staleTime: Infinity, refetchOnMount: "always", enabled: !finished });
  const writeBack = useMutation(trpc.stock.writeBackMany.mutationOptions());
  const run = async (keys: readonly string[], reason: string) => {
    setFinished(true);
    const drifts = (preview.data?.rows ?? []).filter(({ key }) => keys.includes(key)).map(({ key, target, digest }) => ({ item: key, target, digest }));
    const results = await writeBack.mutateAsync({ drifts, reason });
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => !JSON.stringify(queryKey).includes("bulkPreview") });
    return results;
  };
  return (
    <BulkAct title={`Write back: ${frozen.length === 1 ? "1 ticked position" : `${frozen.length} ticked positions`}`} effect="The channel may sell what the warehouse has free instead of what it counted itself. Each is bound to what is shown here: one that has changed since is refused. It ends when the channel itself says the same."
      preview={preview.data} refused={preview.error?.message} verb="Write back" noun="position" run={run} onClose={() => { onClose(); if (finished) onDone(); }} />
  );
}
