"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Moment } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Icon } from "@/components/ui/icon";
import { Region } from "@/components/ui/region";
import { Sums } from "@/components/ui/sums";
import type { CloseDetail } from "@/server/api/shapes";
import type { Chosen } from "./detail";
import { closeHref } from "./search";

type Step = CloseDetail["steps"][number];
const said = async (act: () => Promise<unknown>): Promise<string | undefined> => {
  try { await act(); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
};

/** Steps of the close: what the figures say of each, and who ticked it. */
export function Checklist({ view }: { view: CloseDetail }) {
  const trpc = useTRPC(), queryClient = useQueryClient();
  const check = useMutation(trpc.close.check.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const [asked, setAsked] = useState<Step | null>(null), done = asked?.ticked?.done ?? false;
  return (
    <Region title="Checklist" sub="what the figures say, and who has looked">
      <ol className="two" aria-label="Steps of the close">
        {view.steps.map((step) => (
          <li key={step.step}>
            <span className={`stp${step.ticked?.done ? " on" : ""}`}><Icon name={step.ticked?.done ? "check" : "circle-dashed"} small /></span>
            <span><b>{step.says}</b> <Chip small kind={step.stands === null ? "plain" : step.stands ? "ok" : "drift"} icon={step.stands === null ? "user" : step.stands ? "check" : "circle-alert"}>{step.stands === null ? "only a person knows" : step.stands ? "so it is" : "not yet"}</Chip>
              <br /><span className="sm m2">{step.ticked === null ? "nobody has ticked it" : <>{step.ticked.person} {step.ticked.done ? "ticked it" : "took the tick away"} <Moment at={step.ticked.at} />: “{step.ticked.note}”</>}</span></span>
            <Button size="xs" why={view.missing ?? undefined} onClick={() => { setAsked(step); }} label={`${step.ticked?.done ? "Untick" : "Tick"}: ${step.says}`}>{step.ticked?.done ? "Untick" : "Tick"}</Button>
          </li>
        ))}
      </ol>
      <ConfirmAction open={asked !== null} onOpenChange={(open) => { if (!open) setAsked(null); }} title={done ? "Take the tick away" : "Tick the step"} effect={asked?.says ?? ""} reason="required" reasonLabel={asked?.step === "accruals" ? "Number of the entry in the ledger" : "What was done"} confirmLabel={done ? "Untick" : "Tick"}
        onConfirm={(note) => said(() => check.mutateAsync({ entity: view.entity, period: view.period.name, step: asked?.step ?? "completeness", done: !done, note }))} />
    </Region>
  );
}

/** Freezes the figures by name; what stood in the way is named with a reason, and confirmed by a second person. */
export function Signing({ view, search }: { view: CloseDetail; search: Chosen }) {
  const trpc = useTRPC(), queryClient = useQueryClient(), { live, blockers, entity, period } = view;
  const options = { onSettled: () => queryClient.invalidateQueries() };
  const sign = useMutation(trpc.close.sign.mutationOptions(options)), confirm = useMutation(trpc.close.confirm.mutationOptions(options)), withdraw = useMutation(trpc.close.withdraw.mutationOptions(options));
  const [asking, setAsking] = useState<"sign" | "confirm" | "withdraw" | null>(null);
  const close = (open: boolean): void => { if (!open) setAsking(null); };
  const blocked = blockers.length > 0, name = `${entity} ${period.name}`;
  return (
    <Region title="Sign-off" sub={live === null ? "freezes every figure as it is known at that moment" : `digest ${live.digest}`}>
      <ol className="two" aria-label="Signatures">
        {view.signatures.map((row) => (
          <li key={row.id}>
            <span className={`stp${row.state === "signed" ? " on" : ""}`}><Icon name={row.state === "signed" ? "check" : row.state === "proposed" ? "hand" : "undo"} small /></span>
            <span>
              <b>{row.preparedByName} signed{row.confirmedByName !== null && `, ${row.confirmedByName} confirmed`}{row.state === "withdrawn" && `, ${row.withdrawnByName ?? ""} took it back`}{row.state === "proposed" && ": waits for a second person"}</b>
              {row.reason !== null && <><br /><span className="sm m2">“{row.reason}”</span></>}{row.confirmReason !== null && <><br /><span className="sm m2">“{row.confirmReason}”</span></>}{row.withdrawReason !== null && <><br /><span className="sm m2">“{row.withdrawReason}”</span></>}
              <br /><span className="sm m2">Signed: shipped not invoiced {row.figures.unbilled.length === 0 ? "0" : <Sums money={row.figures.unbilled.map(({ currency, control: amount }) => ({ currency, amount }))} />}, accrual {row.figures.unbilled.length === 0 ? "0" : <Sums money={row.figures.unbilled.map(({ currency, accrual: amount }) => ({ currency, amount }))} />}{row.blockers.length > 0 && <>; although: {row.blockers.map(({ says }) => says).join("; ")}</>}</span>
            </span>
            <span className="sm m3"><Moment at={row.preparedAt} /></span>
          </li>
        ))}
        {live === null && <li><span className="stp">1</span><span><b>Not signed</b><br /><span className="sm m2">{blocked ? "With something that blocks it needs a reason and a second person." : "Nothing blocks: one person of finance signs."}</span></span></li>}
      </ol>
      <div className="acts">
        {live === null && <Button variant="primary" why={view.signWhy ?? undefined} whyBelow onClick={() => { setAsking("sign"); }}>{blocked ? `Sign although ${blockers.length === 1 ? "one thing blocks" : `${blockers.length} things block`}` : `Sign ${name}`}</Button>}
        {live?.state === "proposed" && <Button variant="primary" why={view.confirmWhy ?? undefined} whyBelow onClick={() => { setAsking("confirm"); }}>Confirm the signature</Button>}
        {live !== null && <Button variant="danger" why={view.withdrawWhy ?? undefined} onClick={() => { setAsking("withdraw"); }}>Take it back</Button>}
        {live?.state === "signed" && <Button size="xs" href={closeHref(search, { list: "late" })}>Late since close</Button>}
      </div>
      {live?.state === "signed" && period.state !== "closed" && <p className="sm m2">The ledger still has it {period.state === "open" ? "open" : "soft-closed"}. It is closed there, and read from there.</p>}
      <ConfirmAction open={asking === "sign"} onOpenChange={close} title={`Sign ${name}`} effect={blocked ? "The figures are frozen as they are shown. A second person of finance has to confirm it." : "The figures are frozen as they are shown. What comes later is told as late since close."} reason={blocked ? "required" : "optional"} confirmLabel={blocked ? `Sign, ${blockers.length} ${blockers.length === 1 ? "blocks" : "block"}` : `Sign ${name}`} onConfirm={(reason) => said(() => sign.mutateAsync({ entity, period: period.name, digest: view.digest, reason }))}>
        {blocked && <ul className="sm">{blockers.map(({ name: kind, of, says }) => <li key={`${kind} ${of} ${says}`}>{says}</li>)}</ul>}
      </ConfirmAction>
      <ConfirmAction open={asking === "confirm"} onOpenChange={close} title={`Confirm ${name}`} effect={`As ${live?.preparedByName ?? ""} signed it: “${live?.reason ?? ""}”`} reason="optional" confirmLabel="Confirm" onConfirm={(reason) => said(() => confirm.mutateAsync({ id: live?.id ?? "", digest: live?.digest ?? "", reason }))}>
        {live !== null && live.blockers.length > 0 && <ul className="sm">{live.blockers.map(({ name: kind, of, says }) => <li key={`${kind} ${of} ${says}`}>{says}</li>)}</ul>}
      </ConfirmAction>
      <ConfirmAction open={asking === "withdraw"} onOpenChange={close} title={`Take the signature of ${name} back`} effect="What was signed is kept, and the period can be signed again." reason="required" confirmLabel="Take it back" danger onConfirm={(reason) => said(() => withdraw.mutateAsync({ id: live?.id ?? "", reason }))} />
    </Region>
  );
}
