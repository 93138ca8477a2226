"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { orderPath } from "@/components/order/href";
import { useTRPC } from "@/components/trpc/client";
import { Age, Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Identifier } from "@/components/ui/identifier";
import { Input } from "@/components/ui/input";
import { useKeys } from "@/components/ui/keys";
import { Money } from "@/components/ui/money";
import { moneyText } from "@/components/ui/money-text";
import { Said } from "@/components/ui/said";
import { Select } from "@/components/ui/select";
import { Why } from "@/components/ui/why";
import type { HoldDetail as Detail } from "@/server/api/shapes";
import { sequels } from "./choices";
import { Evidence } from "./evidence";
import { heldHref, type HeldSearch } from "./search";

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** One hold: why, what it would release, the evidence, who has said what, and the decision. */
export function HoldDetail({ hold, search }: { hold: Detail; search: HeldSearch }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  /** With what was shown when it was asked: the page goes on being refreshed beneath the question. */
  const [asking, setAsking] = useState<{ verdict: "approve" | "reject"; shown: { holdId: string; digest: string; amount: string } } | null>(null);
  const ask = (verdict: "approve" | "reject"): void => { setAsking({ verdict, shown: { holdId: hold.id, digest: hold.digest, amount: hold.amount } }); };
  const choices = sequels(hold.rule, "approve"), rejections = sequels(hold.rule, "reject");
  const [consequence, setConsequence] = useState<string>(choices[0]?.value ?? "");
  const [after, setAfter] = useState<string>(rejections[0]?.value ?? "");
  const over = hold.rule === "OVER_SHIPMENT" && typeof hold.evidence["over"] === "string" ? hold.evidence["over"] : null;
  const [quantity, setQuantity] = useState(over ?? "");
  const yes = hold.rule === "MANUAL" ? "Release" : "Approve";
  const decide = useMutation(trpc.holds.decide.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const why = hold.missing ?? (hold.state === "active" ? undefined : `It is ${hold.state} already`);
  // a hold on what has no amount is decided without one
  const amount = hold.currency === null || !/[1-9]/.test(hold.amount) ? null : moneyText(hold.amount, hold.currency);
  const what = hold.rule === "MANUAL" ? "the hold on" : `${hold.catalogue?.name ?? hold.rule},`;
  const named = (verb: string) => (amount === null ? verb : `${verb} ${amount}`);
  useKeys([{ keys: "a", label: "approve", run: () => { if (why === undefined) ask("approve"); } }]);
  const send = async (reason: string): Promise<string | undefined> => {
    if (asking === null) return undefined;
    const { verdict, shown } = asking;
    try {
      const chosen = verdict === "approve" ? consequence : after;
      await decide.mutateAsync({ ...shown, verdict, reason, ...(chosen ? { consequence: chosen } : {}), ...(verdict === "approve" && chosen === "bill" && over !== null && quantity !== over ? { quantity } : {}) });
      return undefined;
    } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  const posts = hold.blocks.some((kind) => kind.startsWith("post_"));
  const billsAll = over === null || (consequence === "bill" && quantity === over);
  const doIt = billsAll ? named(yes) : consequence === "bill" ? `${yes}, bill ${quantity} of ${over}` : `${yes}, ${(choices.find(({ value }) => value === consequence)?.label ?? "").toLowerCase()}`;
  const close = (open: boolean): void => { if (!open) setAsking(null); };
  return (
    <section className="fd" aria-label="Selected hold">
      <div className="fdh">
        <span className="fback"><Button variant="ghost" icon="arrow-left" label="Back to the list" href={heldHref(search, { hold: null })} /></span>
        <div>
          <h2 className="vh">{hold.catalogue?.name ?? hold.rule} {hold.number}</h2>
          <div className="row gap-1.5"><Chip kind="hold" icon="hand">{hold.state === "active" ? <>Held <Age since={hold.openedAt} /></> : hold.state}</Chip>{hold.overdue && <Chip kind="late" icon="clock-alert">Past its limit</Chip>}</div>
          <p className="sm m2 pt-1">{hold.catalogue?.name ?? hold.rule} <span className="id m3">{hold.rule}</span> on {hold.subjectKind.replaceAll("_", " ")} <Identifier href={hold.subjectKind === "order" ? orderPath(hold.number, hold.entity) : `/trace?q=${encodeURIComponent(hold.number)}`}>{hold.number}</Identifier>{hold.customerName ? `, ${hold.customerName}` : ""}</p>
        </div>
        <b className="n"><Money amount={hold.amount} currency={hold.currency} /></b>
      </div>
      <Why><Said>{sentence(hold.message)}</Said></Why>
      {hold.preparedByName !== null && <p className="sm m2">{hold.rule === "MANUAL" ? "Placed" : "Prepared"} by {hold.preparedByName}</p>}
      <p className="sm"><b>What would release it.</b> <Said>{sentence(hold.releasedBy)}</Said></p>
      {hold.rule === "PERIOD_CLOSED" && hold.period !== null && <p className="sm">What else waits for that period: <Link className="ln" href={`/close?entity=${hold.entity}&period=${encodeURIComponent(hold.period)}`}>Close of {hold.period}</Link></p>}
      <Evidence evidence={hold.evidence} currency={hold.currency} />
      <section>
        <div className="rh"><h3>{hold.personsNeeded > 1 ? "Two persons" : "Decision"}</h3><span className="sm">{hold.personsNeeded > 1 ? "never the same one" : "bound to what is shown here"}</span></div>
        <ol className="two">
          {hold.decisions.map((decision) => <li key={decision.at}><span className={`stp${decision.stands ? " on" : ""}`}><Icon name={decision.verdict === "approve" ? "check" : "x"} small /></span><span><b>{decision.author} {decision.verdict === "approve" ? "approved" : "rejected"}{decision.stands ? "" : ", fallen since"}</b><br /><span className="sm m2">“{decision.reason}”</span></span><span className="sm m3"><Clock at={decision.at} /></span></li>)}
          {hold.state === "active" && <li><span className="stp">{hold.approvals.length + 1}</span><span><b>{why === undefined ? "Waits for an approver: you may" : "Waits for an approver"}</b><br /><span className="sm m2">{sentence(hold.catalogue?.releasedBy ?? "")}</span></span><span className="sm m3"><Age since={hold.openedAt} /></span></li>}
        </ol>
      </section>
      <div className="acts">
        <Button variant="primary" why={why} whyBelow kbd="A" onClick={() => { ask("approve"); }}>{named(yes)}</Button>
        {rejections.length > 0 && <Button variant="danger" why={why === undefined ? undefined : "for the same reason"} onClick={() => { ask("reject"); }}>Reject</Button>}
      </div>
      <p className="sm m2">Blocks {hold.blocks.map((kind) => kind.replaceAll("_", " ")).join(", ")}.{posts && " What is posted can be credited, not undone."}</p>
      <ConfirmAction open={asking?.verdict === "approve"} onOpenChange={close} title={`${yes} ${what} ${hold.number}`} effect={`What was held goes on: ${hold.blocks.map((kind) => kind.replaceAll("_", " ")).join(", ")}${amount === null || !billsAll ? "" : `, ${amount}`}.`} irreversible={posts ? "A posted document can be credited, not undone." : undefined} reason="required" confirmLabel={doIt} onConfirm={send}>
        {choices.length > 0 && <Field label="What follows"><Select value={consequence} onChange={(event) => { setConsequence(event.target.value); }} options={choices} /></Field>}
        {over !== null && consequence === "bill" && <Field label={`Quantity to bill, of ${over}; the rest is absorbed`}><Input mono value={quantity} onChange={(event) => { setQuantity(event.target.value); }} /></Field>}
      </ConfirmAction>
      <ConfirmAction open={asking?.verdict === "reject"} onOpenChange={close} title={`Reject ${what} ${hold.number}`} effect="It stays blocked, and what follows is done." reason="required" confirmLabel={named("Reject")} danger onConfirm={send}>
        {rejections.length > 1 && <Field label="What follows"><Select value={after} onChange={(event) => { setAfter(event.target.value); }} options={rejections} /></Field>}
      </ConfirmAction>
    </section>
  );
}
