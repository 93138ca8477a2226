"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { processes, processNames, type ProcessName } from "@/server/domain/reconciliation/settling";

interface Taking { open: boolean; onOpenChange: (open: boolean) => void; entities: readonly { code: string; name: string }[]; today: string; onTaken: (id: string) => void }

/** Asks what is compared, and why. */
export function TakeStatement({ open, onOpenChange, entities, today, onTaken }: Taking) {
  const trpc = useTRPC(), queryClient = useQueryClient();
  const take = useMutation(trpc.reconciliation.take.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const [entity, setEntity] = useState(entities[0]?.code ?? ""), [process, setProcess] = useState<ProcessName>("documents"), [from, setFrom] = useState(`${today.slice(0, 8)}01`), [to, setTo] = useState(today), [amount, setAmount] = useState("0"), [days, setDays] = useState("5");
  const send = async (reason: string): Promise<string | undefined> => {
    try {
      onTaken((await take.mutateAsync({ entity, process, from, to, tolerance: { amount, days: Number(days) }, reason })).id);
      return undefined;
    } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <ConfirmAction open={open} onOpenChange={onOpenChange} title="Take a statement" effect="Both books are read as they are known now and kept. What the last one left open comes along; what was settled and is unchanged stands." reason="required" confirmLabel="Take it" onConfirm={send}>
      <div className="cn-form">
        <Field label="Entity"><Select value={entity} onChange={(event) => { setEntity(event.target.value); }} options={entities.map(({ code, name }) => ({ value: code, label: `${code} ${name}` }))} /></Field>
        <Field label="Books" hint={`A: ${processes[process].a}. B: ${processes[process].b}.`}><Select value={process} onChange={(event) => { setProcess(processNames.find((name) => name === event.target.value) ?? "documents"); }} options={processNames.map((name) => ({ value: name, label: processes[name].name }))} /></Field>
        <Field label="First accounting date"><Input type="date" value={from} onChange={(event) => { setFrom(event.target.value); }} /></Field>
        <Field label="Last accounting date"><Input type="date" value={to} onChange={(event) => { setTo(event.target.value); }} /></Field>
        <Field label="Tolerance of one amount" hint="Up to what the rules write off by themselves"><Input mono inputMode="decimal" value={amount} onChange={(event) => { setAmount(event.target.value); }} /></Field>
        <Field label="Days apart, without a common reference"><Input mono inputMode="numeric" value={days} onChange={(event) => { setDays(event.target.value); }} /></Field>
      </div>
    </ConfirmAction>
  );
}
