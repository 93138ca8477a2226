"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { channelName } from "@/components/tower/search";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { useKeys } from "@/components/ui/keys";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { notify } from "@/components/ui/toast";
import type { ServiceLevelList } from "@/server/api/shapes";
import { levelPage } from "./search";
import { inUnit, measureWords, units, type Unit } from "./words";
import { Sentence } from "./sentence";

type Level = ServiceLevelList["levels"][number];

/** A service level written as the sentence that it is; saved against the version that was shown. */
export function LevelForm({ level, list }: { level: Level | null; list: ServiceLevelList }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const first = inUnit(level?.targetMinutes ?? 120);
  const [name, setName] = useState(level?.name ?? "");
  const [entity, setEntity] = useState(level?.entity ?? list.entities.find(({ missing }) => missing === null)?.code ?? "");
  const [measure, setMeasure] = useState(level?.measure ?? "posting_latency");
  const [channel, setChannel] = useState(level?.channel ?? "");
  const [count, setCount] = useState(String(first.count));
  const [unit, setUnit] = useState<Unit>(first.unit);
  const [clock, setClock] = useState<"wall" | "business">(level?.clock ?? "wall");
  const [warn, setWarn] = useState(String(Math.round(Number(level?.warnAt ?? "0.75") * 100)));
  const [active, setActive] = useState(level?.active ?? true);
  const [asked, setAsked] = useState(false);
  const save = useMutation(trpc.serviceLevels.save.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const why = level?.missing ?? undefined, readOnly = why !== undefined;
  const targetMinutes = Number(count) * units[unit], warnShare = Number(warn);
  const errors = {
    name: name.trim() === "" ? "Give it a name that people know it by." : undefined,
    target: !Number.isInteger(Number(count)) || targetMinutes < 1 || targetMinutes > 525_600 ? "A whole number, at most a year." : undefined,
    warn: !Number.isInteger(warnShare) || warnShare < 1 || warnShare > 100 ? "Between 1 and 100." : undefined,
  };
  const shown = <Key extends keyof typeof errors>(key: Key): string | undefined => (asked ? errors[key] : undefined);
  const submit = async (): Promise<void> => {
    setAsked(true);
    if (readOnly || save.isPending || Object.values(errors).some((error) => error !== undefined)) return;
    try {
      await save.mutateAsync({ id: level?.id ?? null, entity, name: name.trim(), measure, channel: channel || null, targetMinutes, clock, warnAt: (warnShare / 100).toFixed(2), active, version: level?.version ?? 0 });
      notify(level ? "Service level saved" : "Service level written");
      router.push(levelPage(null), { scroll: false });
    } catch { /* the refusal stands under the form */ }
  };
  useKeys([{ keys: "mod+s", label: "save the service level", run: () => { void submit(); } }]);
  const sentence = { measure, channel: channel || null, targetMinutes: Number.isFinite(targetMinutes) ? targetMinutes : 0, clock, warnAt: String(warnShare / 100) };
  return (
    <section className="sl-form" aria-label={level ? `Service level ${level.name}` : "New service level"}>
      <div className="rh"><h2>{level ? level.name : "New service level"}</h2>{level && <span className="rh-sub">v{level.version}</span>}<span className="rh-end"><Button variant="ghost" icon="x" label="Back to the list" href={levelPage(null)} /></span></div>
      <p className="why" aria-live="polite"><Sentence level={sentence} />.</p>
      <form className="sl-fields" noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Field label="Name" required error={shown("name")}><Input value={name} readOnly={readOnly} maxLength={120} onChange={(event) => { setName(event.target.value); }} /></Field>
        <Field label="Legal entity" hint={level ? "Stays as it is; write another one for another entity." : undefined}>
          <Select value={entity} disabled={level !== null} onChange={(event) => { setEntity(event.target.value); }} options={list.entities.map((row) => ({ value: row.code, label: `${row.code} ${row.name}`, disabled: row.missing !== null }))} />
        </Field>
        <Field label="When, and what must follow" hint={`When ${measureWords(measure).when}, ${measureWords(measure).then}.`}>
          <Select value={measure} disabled={readOnly} onChange={(event) => { setMeasure(event.target.value); }} options={list.measures.map((value) => ({ value, label: measureWords(value).name }))} />
        </Field>
        <Field label="Channel"><Select value={channel} disabled={readOnly} onChange={(event) => { setChannel(event.target.value); }} options={[{ value: "", label: "All channels" }, ...list.channels.map((value) => ({ value, label: channelName(value) }))]} /></Field>
        <Field label="Within" error={shown("target")}><Input value={count} readOnly={readOnly} inputMode="numeric" onChange={(event) => { setCount(event.target.value); }} /></Field>
        <Field label="Unit"><Select value={unit} disabled={readOnly} onChange={(event) => { setUnit(event.target.value as Unit); }} options={[{ value: "minutes", label: "Minutes" }, { value: "hours", label: "Hours" }, { value: "days", label: "Days of 24 hours" }]} /></Field>
        <Field label="Clock" hint={clock === "business" ? "Counts only while the entity’s offices are open, by its calendar." : "Counts day and night."}>
          <Select value={clock} disabled={readOnly} onChange={(event) => { setClock(event.target.value as typeof clock); }} options={[{ value: "wall", label: "Wall time" }, { value: "business", label: "Business time" }]} />
        </Field>
        <Field label="Warn at" error={shown("warn")}><Input value={warn} readOnly={readOnly} inputMode="numeric" unit="% of it" onChange={(event) => { setWarn(event.target.value); }} /></Field>
        <div className="sl-switch"><Switch label="Active" checked={active} disabled={readOnly} onChange={setActive} /><span>{active ? "Active" : "Switched off: it judges nothing"}</span></div>
        {save.isError && <p className="hp e sl-wide" role="alert"><Icon name="circle-alert" small /> {save.error.message}</p>}
        <div className="sl-wide row"><Button type="submit" variant="primary" why={why} pending={save.isPending}>{level ? "Save the sentence" : "Write it"}</Button></div>
      </form>
    </section>
  );
}
