"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Moment } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { quantityText } from "@/components/ui/money-text";
import { Region } from "@/components/ui/region";
import { sumByCurrency } from "@/components/ui/sum";
import { Sums } from "@/components/ui/sums";
import type { CloseDetail } from "@/server/api/shapes";
import type { Chosen } from "./detail";
import { closeHref } from "./search";

/** Documents that would land in this period after the ledger closed it: decided under Held postings, or the period is asked to be reopened. */
export function LateDocuments({ view, search }: { view: CloseDetail; search: Chosen }) {
  const trpc = useTRPC(), queryClient = useQueryClient(), ask = useMutation(trpc.close.askReopening.mutationOptions({ onSettled: () => queryClient.invalidateQueries() })), [asking, setAsking] = useState(false);
  const rows = view.figures.held.filter(({ name }) => name === "PERIOD_CLOSED"), waiting = rows.reduce((sum, row) => sum + row.count, 0), { entity, period } = view;
  const send = async (reason: string): Promise<string | undefined> => {
    try { await ask.mutateAsync({ entity, period: period.name, reason }); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  if (period.state === "open" && waiting === 0 && view.asked.length === 0) return null;
  return (
    <Region title="Late documents" sub="would land in a period that the ledger has closed">
      <p className="sm">{waiting === 0 ? "None waits for a decision." : <>{waiting === 1 ? "One waits" : `${quantityText(String(waiting))} wait`} for a decision, <Sums money={sumByCurrency(rows)} />: into the next open period with their date kept, or the period is reopened and they go by themselves.</>}</p>
      {view.asked.map((row) => <p key={row.at} className="sm m2">{row.person} asked <Moment at={row.at} /> for it to be reopened: “{row.reason}”. {row.openedAt === null ? "The ledger has not answered." : <>The ledger opened it <Moment at={row.openedAt} />.</>}</p>)}
      <div className="acts">
        <Button size="xs" href={closeHref(search, { list: "held", of: "PERIOD_CLOSED" })}>Show them</Button>
        <Button size="xs" why={view.askWhy ?? undefined} onClick={() => { setAsking(true); }}>Ask to reopen</Button>
      </div>
      <ConfirmAction open={asking} onOpenChange={setAsking} title={`Ask to reopen ${entity} ${period.name}`} effect="It is told beside the period, with your name. Whoever keeps the ledger opens it there; what waits then goes by itself." reason="required" confirmLabel="Ask" onConfirm={send} />
    </Region>
  );
}
