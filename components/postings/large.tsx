"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Icon } from "@/components/ui/icon";
import { Identifier } from "@/components/ui/identifier";
import { Money } from "@/components/ui/money";
import type { LargePosting } from "@/server/api/shapes";

/** Documents that are far larger than any of late: each waits for a yes of its own. Absent where there is none. */
export function LargePostings() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const held = useQuery(trpc.postings.large.queryOptions()).data ?? [];
  const [asking, setAsking] = useState<LargePosting | null>(null);
  const release = useMutation(trpc.postings.release.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const send = async ({ command, digest }: LargePosting, reason: string): Promise<string | undefined> => {
    try { await release.mutateAsync({ command, digest, reason }); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  if (held.length === 0) return null;
  return (
    <section aria-label="Far larger than usual">
      {held.map((posting) => (
        <div key={posting.command} className="halt">
          <Icon name="scale" />
          <p className="grow"><b><Money amount={posting.amount} currency={posting.currency} /></b> <Identifier>{posting.document}</Identifier> {posting.kind.replaceAll("_", " ")} has waited for <Age since={posting.since} />. <span className="m2">{posting.reason}.</span></p>
          <Button size="xs" why={posting.missing ?? undefined} onClick={() => { setAsking(posting); }}>Let it go</Button>
        </div>
      ))}
      {asking && <ConfirmAction open onOpenChange={(open) => { if (!open) setAsking(null); }} title={`Let ${asking.document} go`} effect={<>{asking.reason}. It is sent as it is now; if it changes before, it is judged anew.</>} reason="required" irreversible="What is sent cannot be unsent." confirmLabel="Let it go" onConfirm={(reason) => send(asking, reason)} />}
    </section>
  );
}
