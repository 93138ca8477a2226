"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { BulkBar } from "@/components/ui/bulk-bar";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { notify } from "@/components/ui/toast";
import { adoptable, invoicesText, type Paired } from "./words";

type Verdict = "adopt" | "decline";

/** What a person says of the picked ones: each is the invoice that it stands beside, or is not. */
export function DecideAdoptions({ entity, rows, picked, missing, onDone }: { entity: string; rows: readonly Paired[]; picked: number; missing: string | null; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<Verdict | null>(null);
  const decide = useMutation(trpc.adoption.decide.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const fit = adoptable(rows), unsure = fit.filter(({ pair }) => pair.confidence !== "certain").length;
  const of: Record<Verdict, readonly Paired[]> = { adopt: fit, decline: rows };
  const send = async (verdict: Verdict, reason: string): Promise<string | undefined> => {
    try {
      const { decided } = await decide.mutateAsync({ entity, verdict, reason, choices: of[verdict].map(({ subject, pair: { number, digest } }) => ({ subject, number, digest })) });
      notify(`${invoicesText(decided)} ${verdict === "adopt" ? "adopted: nothing is posted for them." : "declined: they are not suggested again."}`);
      onDone();
      return undefined;
    } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  const told = [unsure > 0 ? `${unsure.toLocaleString("en-US")} not certain` : "", rows.length > fit.length ? `${(rows.length - fit.length).toLocaleString("en-US")} differ` : "", picked > rows.length ? `${(picked - rows.length).toLocaleString("en-US")} with nothing found` : ""].filter(Boolean).join(", ");
  return (
    <>
      <BulkBar picked={invoicesText(picked)} sub={told}>
        <Button size="xs" variant="ghost" onClick={onDone}>Clear</Button>
        <Button size="xs" why={missing ?? (rows.length === 0 ? "Nothing was found for these" : undefined)} onClick={() => { setAsking("decline"); }}>{`Decline ${rows.length.toLocaleString("en-US")}`}</Button>
        <Button size="xs" variant="primary" why={missing ?? (fit.length === 0 ? "None of these can be adopted: the amounts, customers or currencies differ" : undefined)} onClick={() => { setAsking("adopt"); }}>{`Adopt ${fit.length.toLocaleString("en-US")}`}</Button>
      </BulkBar>
      <ConfirmAction open={asking === "adopt"} onOpenChange={(open) => { if (!open) setAsking(null); }} title={`Adopt ${invoicesText(fit.length)}`} reason="required" confirmLabel={`Adopt ${invoicesText(fit.length)}`} onConfirm={(reason) => send("adopt", reason)}
        effect={`Each counts from now on as billed by the document beside it, by your name, and nothing is posted for it.${unsure > 0 ? ` ${unsure.toLocaleString("en-US")} of them ${unsure === 1 ? "is" : "are"} not certain.` : ""}`} />
      <ConfirmAction open={asking === "decline"} onOpenChange={(open) => { if (!open) setAsking(null); }} title={`Decline ${invoicesText(rows.length)}`} reason="required" confirmLabel={`Decline ${invoicesText(rows.length)}`} onConfirm={(reason) => send("decline", reason)}
        effect="None of these documents is the invoice that it stands beside. Where invoices are live, ours is posted." />
    </>
  );
}
