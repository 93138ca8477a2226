"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";

/** The brake: asks for the reason, and for the entity where several are in view: none is stopped because it stood first. Absent where everything is stopped already. */
export function StopPostings() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const homes = useQuery(trpc.postings.running.queryOptions()).data ?? [];
  const [isAsking, setAsking] = useState(false);
  const [chosen, setChosen] = useState("");
  const stop = useMutation(trpc.postings.stop.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const allowed = homes.filter(({ missing }) => missing === null), home = allowed.length === 1 ? allowed[0] : allowed.find(({ code }) => code === chosen);
  const act = home ? `Stop all postings of ${home.code}` : "Stop all postings";
  if (homes.length === 0) return null;
  const send = async (reason: string): Promise<string | undefined> => {
    if (!home) return "Say of which entity";
    try { await stop.mutateAsync({ entity: home.code, reason }); router.refresh(); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <>
      <Button size="xs" icon="hand" variant="danger" why={allowed.length > 0 ? undefined : homes[0]?.missing ?? undefined} onClick={() => { setAsking(true); }}>Stop all postings</Button>
      {allowed.length > 0 && (
        <ConfirmAction
          open={isAsking} onOpenChange={setAsking} title={act} reason="required" confirmLabel={act} danger onConfirm={send}
          effect="No worker sends anything new to the ledger, takes money or gives it back, from that moment on. What is under way ends known; goods, tax and everything else go on. Another person of finance lets them go on."
          irreversible={home === undefined || home.releasers.length > 0 ? undefined : `Nobody but you has the right to let them go on: an administrator has to add a second person of finance for ${home.code}.`}
        >
          {allowed.length > 1 && <Field label="Entity" required><Select value={chosen} onChange={(event) => { setChosen(event.target.value); }} options={[{ value: "", label: "Choose" }, ...allowed.map(({ code, name }) => ({ value: code, label: `${code} ${name}` }))]} /></Field>}
        </ConfirmAction>
      )}
    </>
  );
}
