"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Evidence } from "@/components/held-desk/evidence";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { ExceptionDetail, RemedyView } from "@/server/api/shapes";

type Given = Partial<Record<RemedyView["asks"][number], string>>;
const labels: Record<RemedyView["asks"][number], string> = { document: "Invoice", reference: "Number in the target", amount: "Amount", means: "By", quantity: "Quantity" };
const means = [{ value: "original", label: "the means it came by" }, { value: "other", label: "other means (needs approval)" }];

/** What a person may decide here, document by document: each is kept as a fact that the planner acts on. */
export function Remedies({ detail }: { detail: ExceptionDetail }) {
  const trpc = useTRPC();
  const open = detail.items.filter((item) => item.state === "open" && item.subjectId !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [asking, setAsking] = useState<RemedyView | null>(null);
  const item = open.find(({ id }) => id === chosen) ?? open[0];
  const remedies = useQuery({ ...trpc.exceptions.remedies.queryOptions({ item: item?.id ?? "0" }), enabled: item !== undefined });
  if (!item) return null;
  return (
    <section aria-label="Decide" className="pb-3">
      <h3 className="b pb-2">Decide <span className="sm m3">kept as a fact, with your reason</span></h3>
      {open.length > 1 && <Field label="Document"><Select value={item.id} onChange={(event) => { setChosen(event.target.value); }} options={open.map((row) => ({ value: row.id, label: row.number ?? row.id }))} /></Field>}
      {remedies.data?.length === 0 && <p className="sm m2">Nothing to decide on {item.number}: it is under way, or its condition has gone.</p>}
      {remedies.isError && <p role="alert" className="sm c-drift">{remedies.error.message}</p>}
      {remedies.data?.map((remedy) => (
        <div className="vr" key={`${remedy.verb}${remedy.target}`}>
          <Button why={remedy.missing ?? remedy.why ?? undefined} whyBelow onClick={() => { setAsking(remedy); }}>{remedy.title}</Button>
          <p className="sm m2">{remedy.effect}</p>
        </div>
      ))}
      {asking && <AskRemedy key={asking.digest} item={item.id} remedy={asking} onClose={() => { setAsking(null); }} />}
    </section>
  );
}

/** Asks for the reason, and for what the decision still needs, beside what it is bound to. */
export function AskRemedy({ item, remedy, onClose }: { item: string; remedy: RemedyView; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [given, setGiven] = useState<Given>(remedy.asks.includes("means") ? { means: "original" } : {});
  const decide = useMutation(trpc.exceptions.remedy.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const send = async (reason: string): Promise<string | undefined> => {
    const { means: by, ...rest } = given;
    try {
      await decide.mutateAsync({ item, verb: remedy.verb, target: remedy.target, digest: remedy.digest, reason, given: { ...rest, ...(by ? { means: by as "original" | "other" } : {}) } });
      return undefined;
    } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  const change = (name: keyof Given) => (event: { target: { value: string } }) => { setGiven({ ...given, [name]: event.target.value }); };
  return (
    <ConfirmAction open onOpenChange={(next) => { if (!next) onClose(); }} title={remedy.title} effect={remedy.effect} reason="required" confirmLabel={remedy.title} onConfirm={send}>
      <Evidence evidence={{ ...remedy.evidence, ...(remedy.amount === null ? {} : { amount: remedy.amount }) }} currency={remedy.currency} />
      {remedy.asks.map((name) => (
        <Field key={name} label={labels[name]} required={name !== "means"}>
          {name === "means" ? <Select value={given.means ?? "original"} onChange={change(name)} options={means} /> : <Input mono value={given[name] ?? ""} onChange={change(name)} />}
        </Field>
      ))}
    </ConfirmAction>
  );
}
