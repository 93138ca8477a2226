"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { DifferenceList } from "@/components/ui/difference-list";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Said } from "@/components/ui/said";
import { Textarea } from "@/components/ui/textarea";
import { notify } from "@/components/ui/toast";
import { Why } from "@/components/ui/why";
import type { EditableMessage, MessageEditRow } from "@/server/api/shapes";
import { differencesOf } from "./edit-shape";

const words = { approve: "Confirmed, and read again", reject: "Refused: the message stays as it was", withdraw: "Withdrawn" } as const;

/** What one person wants to change and another must look at: the difference, the reason, and the decision. */
export function Proposal({ message, proposal, onClose }: { message: EditableMessage; proposal: MessageEditRow; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const decide = useMutation(trpc.exceptions.decideEdit.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const own = proposal.authorId === message.person, missing = reason.trim().length < 3;
  const say = (verdict: keyof typeof words): void => {
    setAsked(true);
    if (!missing) decide.mutate({ edit: proposal.id, verdict, reason: reason.trim() }, { onSuccess: () => { notify(words[verdict]); onClose(); } });
  };
  const why = message.why ?? (own ? "Whoever proposed it may not confirm it" : undefined);
  return (
    <Dialog open wide onOpenChange={(open) => { if (!open) onClose(); }} title={`Message ${message.sourceMessageId}`} description={`From ${message.connectorName}. The original stays as it came.`}
      footer={<>
        {own ? <Button icon="undo" onClick={() => { say("withdraw"); }}>Withdraw it</Button> : why === undefined && <Button icon="x" onClick={() => { say("reject"); }}>Refuse</Button>}
        <Button variant="primary" icon="check" why={why} pending={decide.isPending} onClick={() => { say("approve"); }}>Confirm and retry</Button>
      </>}>
      <Why><Said>{message.errorMessage ?? "It was refused."}</Said></Why>
      <p><b>{proposal.author}</b> proposed this <Age since={proposal.at} ago />: “{proposal.reason}”. It counts once a second person confirms it.</p>
      <DifferenceList rows={differencesOf(proposal.changes)} />
      <Field label="Reason" required error={asked && missing ? "Say why, so that the record can be read later." : undefined}><Textarea rows={2} maxLength={1000} value={reason} onChange={(event) => { setReason(event.target.value); }} /></Field>
      {decide.isError && <p className="hp e" role="alert"><Icon name="circle-alert" small /> {decide.error.message}</p>}
    </Dialog>
  );
}
