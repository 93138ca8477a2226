"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { useKeys } from "@/components/ui/keys";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import { notify } from "@/components/ui/toast";
import { documentsOf, routeModes, type RouteChange } from "@/server/domain/route-change";
import type { Home, Route } from "./detail";
import { routeKey, routePage } from "./search";
import { capabilityWords, clockOfStart, documentWords, modeWords } from "./words";

/** A change of a route as one person proposes it. Nothing changes by it. */
export function ProposalForm({ home, route }: { home: Home; route: Route }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const able = home.connectors.filter(({ capabilities }) => capabilities.includes(route.capability));
  const [document, setDocument] = useState<RouteChange["document"]>(route.document);
  const [connector, setConnector] = useState(able.find(({ id }) => id === route.connector)?.id ?? able[0]?.id ?? "");
  const [mode, setMode] = useState(route.mode);
  const [clock, setClock] = useState(clockOfStart(route.managedFrom, home.zone));
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const propose = useMutation(trpc.routes.propose.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const why = home.missing ?? (able.length === 0 ? `No connector of ${home.code} serves ${capabilityWords[route.capability].toLowerCase()}` : undefined);
  const readOnly = why !== undefined;
  const errors = { clock: mode !== "observe" && clock === "" ? "Give the time from which documents are managed." : undefined, reason: reason.trim().length < 3 ? "Say why, so that the record can be read later." : undefined };
  // A time that nobody touched keeps its seconds.
  const start = clock === "" ? null : clock === clockOfStart(route.managedFrom, home.zone) ? route.managedFrom : clock;
  const submit = async (): Promise<void> => {
    setAsked(true);
    if (readOnly || propose.isPending || errors.clock !== undefined || errors.reason !== undefined) return;
    try {
      await propose.mutateAsync({ entity: home.code, capability: route.capability, document, connector, mode, managedFrom: start, reason: reason.trim() });
      notify("Proposed; a second person confirms it");
      router.push(routePage(routeKey(home.code, { capability: route.capability, document })), { scroll: false });
    } catch { /* the refusal stands under the form */ }
  };
  useKeys([{ keys: "mod+s", label: "propose the change", run: () => { void submit(); } }]);
  const own = documentsOf(route.capability);
  return (
    <form className="sl-fields" noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <h3 className="sl-wide b">Propose a change</h3>
      <Field label="For"><Select value={document} disabled={readOnly || own.length === 0} onChange={(event) => { setDocument(event.target.value as RouteChange["document"]); }} options={["*", ...own].map((value) => ({ value, label: documentWords(value) }))} /></Field>
      <Field label="Connector"><Select value={connector} disabled={readOnly} onChange={(event) => { setConnector(event.target.value); }} options={able.map(({ id, name }) => ({ value: id, label: name === id ? id : `${id}, ${name}` }))} /></Field>
      <Field label="Mode" hint={`${modeWords[mode].does}.`}><Select value={mode} disabled={readOnly} onChange={(event) => { setMode(event.target.value as RouteChange["mode"]); }} options={routeModes.map((value) => ({ value, label: modeWords[value].name }))} /></Field>
      <Field label="Managed from" required={mode !== "observe"} hint={`By the clocks of ${home.zone}; earlier documents are only compared.`} error={asked ? errors.clock : undefined}><Input type="datetime-local" value={clock} readOnly={readOnly} onChange={(event) => { setClock(event.target.value); }} /></Field>
      <div className="sl-wide"><Field label="Reason" required error={asked ? errors.reason : undefined}><Textarea value={reason} rows={2} readOnly={readOnly} maxLength={1000} onChange={(event) => { setReason(event.target.value); }} /></Field></div>
      {propose.isError && <p className="hp e sl-wide" role="alert"><Icon name="circle-alert" small /> {propose.error.message}</p>}
      <div className="sl-wide row"><Button type="submit" variant="primary" why={why} whyBelow pending={propose.isPending}>Propose</Button></div>
      <p className="sl-wide sm m2">Nothing changes by a proposal: it is in force when a second person has confirmed it.</p>
    </form>
  );
}
