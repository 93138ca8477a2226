"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Icon } from "@/components/ui/icon";
import type { RouteVerdict } from "@/server/domain/route-change";
import type { Home, Route } from "./detail";
import { modeWords, startText } from "./words";

type Proposal = NonNullable<Route["proposal"]>;

const labels: Record<RouteVerdict, string> = { confirm: "Confirm", reject: "Reject", withdraw: "Withdraw" };

const placed = (count: number): string => (count === 0 ? "No open order was placed then or later; those to come are managed." : `${count.toLocaleString("en-US")} open ${count === 1 ? "order" : "orders"} placed then or later ${count === 1 ? "is" : "are"} managed at once.`);

/** A change that one person proposed, for a second to confirm or reject, or for its author to take back. */
export function Decision({ home, route, proposal }: { home: Home; route: Route; proposal: Proposal }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<RouteVerdict | null>(null);
  const decide = useMutation(trpc.routes.decide.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const own = proposal.missing.withdraw === null;
  const why = proposal.missing.confirm ?? undefined;
  const send = async (verdict: RouteVerdict, reason: string): Promise<string | undefined> => {
    try { await decide.mutateAsync({ id: proposal.id, verdict, reason }); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  const from = startText(proposal.managedFrom, home.zone);
  const what = proposal.mode === "observe" ? `Observe ${proposal.connector}` : `${modeWords[proposal.mode].name} with ${proposal.connector} from ${from}`;
  const reach = proposal.mode === "observe" ? "What is not sent yet is not sent; what was sent stays followed." : `${placed(proposal.openOrders)} What they need ${proposal.mode === "act" ? "is sent by itself" : "waits for a person"}.`;
  const effects: Record<RouteVerdict, string> = { confirm: `It becomes version ${home.policyVersion + 1} of the rules of ${home.code}. ${reach}`, reject: "The route stays as it is; the proposal is kept with your reason.", withdraw: "The route stays as it is; you can propose again." };
  return (
    <section className="grid gap-3">
      <div className="rh"><h3>Proposed</h3><span className="sm">two persons, never the same one</span></div>
      <p><b>{what}</b>{proposal.connector === route.connector ? "" : ` instead of ${route.connector}`}. <span className="m2">{reach}</span></p>
      <ol className="two">
        <li><span className="stp on"><Icon name="check" small /></span><span><b>{proposal.proposedBy} proposed it</b><br /><span className="sm m2">“{proposal.reason}”</span></span><span className="sm m3"><Age since={proposal.proposedAt} ago /></span></li>
        <li><span className="stp">2</span><span><b>{why === undefined ? "Waits for a second person: you may" : "Waits for a second person"}</b><br /><span className="sm m2">{why ?? "An administrator or finance, in this entity"}</span></span><span /></li>
      </ol>
      <div className="acts">
        <Button variant="primary" why={why} whyBelow onClick={() => { setAsking("confirm"); }}>Confirm</Button>
        {own ? <Button onClick={() => { setAsking("withdraw"); }}>Withdraw</Button> : <Button variant="danger" why={why === undefined ? undefined : "for the same reason"} onClick={() => { setAsking("reject"); }}>Reject</Button>}
      </div>
      {(["confirm", "reject", "withdraw"] as const).map((verdict) => (
        <ConfirmAction
          key={verdict} open={asking === verdict} onOpenChange={(open) => { if (!open) setAsking(null); }} title={`${labels[verdict]}: ${what}`} effect={effects[verdict]} reason="required" confirmLabel={verdict === "confirm" ? `Put in force as v${home.policyVersion + 1}` : labels[verdict]}
          danger={verdict === "reject"} irreversible={verdict === "confirm" && proposal.mode === "act" ? "What is sent cannot be unsent; the route can be changed back by two persons." : undefined} onConfirm={(reason) => send(verdict, reason)}
        />
      ))}
    </section>
  );
}
