"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { manualBlocks } from "@/server/domain/holds";

const kinds = manualBlocks.order ?? [];
const words = (kind: string): string => { const text = kind.replaceAll("_", " "); return text.charAt(0).toUpperCase() + text.slice(1); };

/** Holds what has not happened yet of one order, by a person's word (code 25). */
export function PlaceHold({ subject, number, why }: { subject: string; number: string; why: string | undefined }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [blocks, setBlocks] = useState<readonly string[]>(["release_to_warehouse"]);
  const [until, setUntil] = useState("");
  const place = useMutation(trpc.holds.place.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const send = async (reason: string): Promise<string | undefined> => {
    try { await place.mutateAsync({ subject, blocks: [...blocks], reason, ...(until ? { until } : {}) }); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <>
      <Button size="xs" icon="hand" why={why} onClick={() => { setAsking(true); }}>Place a hold</Button>
      <ConfirmAction open={asking} onOpenChange={setAsking} title={`Hold ${number}`} effect="What is named here waits until you or your team’s lead releases it. What was released to the warehouse is asked back." reason="required" confirmLabel="Place the hold" onConfirm={send}>
        <fieldset className="grid gap-2"><legend className="sm b pb-1">What is held</legend>
          {kinds.map((kind) => <Checkbox key={kind} checked={blocks.includes(kind)} onChange={(event) => { setBlocks(event.target.checked ? [...blocks, kind] : blocks.filter((other) => other !== kind)); }}>{words(kind)}</Checkbox>)}
        </fieldset>
        <Field label="Until (optional)"><Input type="date" value={until} onChange={(event) => { setUntil(event.target.value); }} /></Field>
      </ConfirmAction>
    </>
  );
}
