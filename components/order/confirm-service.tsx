"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { quantityText } from "@/components/ui/money-text";
import { Select } from "@/components/ui/select";
import { notify } from "@/components/ui/toast";
import type { OpenService } from "./services";

const nameOf = ({ line, item, description, open }: OpenService): string => `Line ${line}, ${description ?? item}: ${quantityText(open)} open`;

/** Says that a service was done, where the order system does not. What is confirmed is billed. `today`: the legal entity's day, which need not be the browser's. */
export function ConfirmService({ order, number, today, services, why }: { order: string; number: string; today: string; services: readonly OpenService[]; why: string | undefined }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [line, setLine] = useState(services[0]?.line ?? "");
  const [typed, setTyped] = useState<string | null>(null);
  const [on, setOn] = useState<string | null>(null);
  const confirm = useMutation(trpc.orders.confirmService.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const chosen = services.find((service) => service.line === line) ?? services[0];
  if (!chosen) return null;
  const quantity = typed ?? quantityText(chosen.open).replaceAll(",", ""), day = on ?? today;
  const send = async (reason: string): Promise<string | undefined> => {
    try { await confirm.mutateAsync({ order, line: chosen.line, quantity, on: day, reason }); } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
    notify("Confirmed. It is billed next.");
    setTyped(null);
    return undefined;
  };
  return (
    <>
      <Button size="xs" icon="file-check" why={why} onClick={() => { setAsking(true); }}>Confirm service done</Button>
      <ConfirmAction open={asking} onOpenChange={setAsking} title={`Confirm a service of ${number}`} effect="What you confirm counts as delivered on that day, as if the order system had said it, and is billed to the customer." irreversible="It is not taken back from here: what was confirmed wrongly is credited." reason="required" confirmLabel={`Confirm ${quantity || "0"} done`} onConfirm={send}>
        <Field label="Service">{services.length === 1 ? <Input readOnly value={nameOf(chosen)} /> : <Select value={chosen.line} onChange={(event) => { setLine(event.target.value); setTyped(null); }} options={services.map((service) => ({ value: service.line, label: nameOf(service) }))} />}</Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label="Quantity done" required><Input inputMode="decimal" value={quantity} unit={`of ${quantityText(chosen.open)}`} onChange={(event) => { setTyped(event.target.value.trim()); }} /></Field>
          <Field label="Done on" required><Input type="date" value={day} max={today} onChange={(event) => { setOn(event.target.value); }} /></Field>
        </div>
      </ConfirmAction>
    </>
  );
}
