"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { DifferenceList } from "@/components/ui/difference-list";
import { notify } from "@/components/ui/toast";
import type { MappingRow } from "@/server/api/shapes";
import { kindWords } from "./words";

const looking = (used: number): string => (used === 0 ? "Nothing looks at it now." : `${used === 1 ? "1 document looks" : `${used} documents look`} at it: what still needs the code stops and waits until it is mapped again.`);

/** Takes one mapping away. What was posted with it stays. */
export function RemoveMapping({ row, why, onRemoved }: { row: MappingRow; why: string | undefined; onRemoved: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useMutation(trpc.crossReference.remove.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const send = async (reason: string): Promise<string | undefined> => {
    const { entity, kind, system, code, canonical } = row;
    try { await remove.mutateAsync({ entity, kind: kind as "item", system, code, canonical, reason }); } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
    notify("Taken away. Its history stays.");
    onRemoved();
    return undefined;
  };
  return (
    <>
      <Button variant="ghost" icon="link-off" why={why} whyIcon="lock" onClick={() => { setAsking(true); }}>Take away</Button>
      <ConfirmAction open={asking} onOpenChange={setAsking} danger title={`Take away ${kindWords(row.kind).toLowerCase()} ${row.code}`} effect={`${looking(row.used)} What was posted with it stays as it is.`} reason="required" confirmLabel="Take the mapping away" onConfirm={send}>
        <DifferenceList rows={[{ name: `${row.system} ${row.code}`, before: row.canonical, after: null }]} />
      </ConfirmAction>
    </>
  );
}
