"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useDeferredValue, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { WaitingList } from "@/components/exceptions-desk/waiting-list";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { DifferenceList } from "@/components/ui/difference-list";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import { notify } from "@/components/ui/toast";
import type { CrossReferenceDesk } from "@/server/api/shapes";
import { RemoveMapping } from "./remove";
import { mappingHref, type MappingSearch, type OpenMapping } from "./search";
import { kindOptions, kindWords, verbOf } from "./words";

type Kind = "customer" | "item" | "unit" | "tax" | "warehouse" | "terms" | "carrier" | "charge" | "reason";
const previewed = (kind: string): kind is "customer" | "item" | "unit" => kind === "customer" || kind === "item" || kind === "unit";
const empty: OpenMapping = { entity: "", kind: "customer", system: "", code: "", canonical: "" };

/** Where a new one most likely belongs: to the system that the list is narrowed to, or where something is missing. */
function startEntity(desk: CrossReferenceDesk, { system }: MappingSearch): string {
  const permitted = desk.entities.filter(({ missing }) => missing === null).map(({ code }) => code);
  return [desk.systems.find(({ id }) => id === system)?.entity, desk.missing[0]?.entity].find((code) => code !== undefined && permitted.includes(code)) ?? permitted[0] ?? "";
}

/** One code written, or what it means changed: what it stops, what goes on with it, and what was done to it before. */
export function MappingForm({ open, desk, search }: { open: OpenMapping | "new"; desk: CrossReferenceDesk; search: MappingSearch }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const given = open === "new" ? empty : open;
  const [entity, setEntity] = useState(given.entity || startEntity(desk, search));
  const systems = desk.systems.filter((row) => row.entity === entity);
  const [kind, setKind] = useState(given.kind as Kind);
  const [system, setSystem] = useState(given.system || (systems.find(({ id }) => id === search.system) ?? systems[0])?.id || "");
  const [code, setCode] = useState(given.code);
  const known = useQuery({ ...trpc.crossReference.get.queryOptions({ entity, kind, system, code: code.trim() || "-" }), enabled: code.trim() !== "" && system !== "" });
  const row = known.data?.row ?? null;
  const [typed, setTyped] = useState<string | null>(null);
  const canonical = typed ?? (given.canonical || row?.canonical || "");
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const text = useDeferredValue(canonical.trim());
  const names = useQuery({ ...trpc.crossReference.names.queryOptions({ entity, kind, text }), enabled: entity !== "", placeholderData: (before) => before });
  const match = names.data?.find(({ key }) => key === canonical.trim());
  const waiting = useQuery({ ...trpc.exceptions.mapPreview.queryOptions({ entity, kind: previewed(kind) ? kind : "item", system, code: code.trim() || "-", ...(match || (kind === "unit" && canonical.trim() !== "") ? { canonical: canonical.trim() } : {}) }), enabled: previewed(kind) && code.trim() !== "" && system !== "", placeholderData: (before) => before });
  const released = (waiting.data ?? []).filter((one) => one.released).reduce((sum, { documents }) => sum + documents, 0);
  const write = useMutation(trpc.crossReference.write.mutationOptions({ onSettled: () => { void queryClient.invalidateQueries(); } }));
  const lacks = desk.entities.find((one) => one.code === entity)?.missing ?? undefined;
  const same = row !== null && row.canonical === canonical.trim();
  const errors = { code: code.trim() === "" ? `What ${system || "the system"} calls it.` : undefined, canonical: canonical.trim() === "" ? "What it means here." : undefined, reason: reason.trim().length < 3 ? "Say why, so that the record can be read later." : undefined };
  const submit = async (): Promise<void> => {
    setAsked(true);
    if (lacks !== undefined || same || write.isPending || Object.values(errors).some(Boolean)) return;
    try {
      const { waiting: freed } = await write.mutateAsync({ entity, kind, system, code: code.trim(), canonical: canonical.trim(), reason: reason.trim() });
      notify(freed === 0 ? "Written. Nothing waits for it." : freed === 1 ? "Written. 1 document is planned again." : `Written. ${freed} documents are planned again.`);
      router.push(mappingHref(search, { open: null }), { scroll: false });
    } catch { /* the refusal stands under the form */ }
  };
  const changes = known.data?.changes ?? [];
  const isNew = open === "new", codeGiven = !isNew && given.code !== "", ownGiven = !isNew && given.code === "";
  return (
    <section className="sl-form" aria-label={isNew ? "New mapping" : `Mapping ${given.code || given.canonical}`}>
      <div className="rh"><h2>{isNew ? "New mapping" : <>{kindWords(kind)} <span className="id">{given.code || given.canonical}</span></>}</h2>{!isNew && <span className="rh-sub">{system}, {entity}</span>}<span className="rh-end"><Button variant="ghost" icon="x" label="Back to the list" href={mappingHref(search, { open: null })} /></span></div>
      <p className="why">{row !== null ? <><span className="id">{row.code}</span> of {row.system} means <b className="id">{row.canonical}</b>{row.name && <> ({row.name})</>}. {row.used === 0 ? "Nothing looks at it now." : `${row.used === 1 ? "1 document looks" : `${row.used} documents look`} at it: a change plans ${row.used === 1 ? "it" : "them"} again.`}</>
        : ownGiven ? <>{system} needs a code for our {kindWords(kind).toLowerCase()} <b className="id">{given.canonical}</b>. What waits for it goes on by itself once it has one.</>
          : codeGiven ? <>Nobody said what {system} means by <b className="id">{given.code}</b>. What waits for it goes on by itself once somebody does.</> : <>What a system calls something of ours. Everything that waits for the code goes on by itself.</>}</p>
      <form className="sl-fields" noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        {isNew && <>
          <Field label="Legal entity"><Select value={entity} onChange={(event) => { setEntity(event.target.value); setSystem(desk.systems.find((one) => one.entity === event.target.value)?.id ?? ""); }} options={desk.entities.map((one) => ({ value: one.code, label: `${one.code} ${one.name}`, disabled: one.missing !== null }))} /></Field>
          <Field label="System">{systems.length === 0 ? <Input value="" readOnly placeholder="Nothing is connected" /> : <Select value={system} onChange={(event) => { setSystem(event.target.value); }} options={systems.map(({ id, name }) => ({ value: id, label: name }))} />}</Field>
          <Field label="Kind"><Select value={kind} onChange={(event) => { setKind(event.target.value as Kind); }} options={kindOptions} /></Field>
        </>}
        <Field label={`Code at ${system || "the system"}`} required error={asked ? errors.code : undefined}><Input mono value={code} readOnly={codeGiven} maxLength={80} autoComplete="off" onChange={(event) => { setCode(event.target.value); }} /></Field>
        <Field label={`Our ${kindWords(kind).toLowerCase()}`} required error={asked ? errors.canonical : undefined} hint={match?.name ? match.name : previewed(kind) && kind !== "unit" ? "Number or name; it must be in the master data." : "As it is called here."}>
          <Input mono list="xr-names" value={canonical} readOnly={ownGiven || lacks !== undefined} maxLength={80} autoComplete="off" onChange={(event) => { setTyped(event.target.value); }} />
        </Field>
        <datalist id="xr-names">{names.data?.map(({ key, name }) => <option key={key} value={key}>{name}</option>)}</datalist>
        {waiting.data !== undefined && waiting.data.length > 0 && <div className="sl-wide"><WaitingList rows={waiting.data} />{kind === "unit" && <p className="sm m2 pt-2">A pack that no unit of ours fits is stated where it is missed: {waiting.data.map((one) => one.item).filter(Boolean).slice(0, 1).map((item) => <Link key={item} className="ln" href={`/exceptions?code=MAP-03&item=${encodeURIComponent(item ?? "")}`}>open its cause</Link>)}.</p>}</div>}
        {row !== null && !same && canonical.trim() !== "" && <div className="sl-wide"><DifferenceList rows={[{ name: `${row.system} ${row.code}`, before: row.canonical, after: canonical.trim() }]} /></div>}
        <div className="sl-wide"><Field label="Reason" required error={asked ? errors.reason : undefined}><Textarea rows={2} maxLength={1000} value={reason} readOnly={lacks !== undefined} onChange={(event) => { setReason(event.target.value); }} /></Field></div>
        {write.isError && <p className="hp e sl-wide" role="alert"><Icon name="circle-alert" small /> {write.error.message}</p>}
        <div className="sl-wide row"><Button type="submit" variant="primary" pending={write.isPending} why={lacks ?? (same ? "It means this already" : undefined)} whyIcon={lacks === undefined ? "circle-dashed" : "lock"}>{verbOf({ changed: row !== null, released })}</Button>{row !== null && <RemoveMapping row={row} why={lacks} onRemoved={() => { router.push(mappingHref(search, { open: null }), { scroll: false }); }} />}</div>
      </form>
      {changes.length > 0 && <section><h3 className="b pb-1">History</h3><ul className="sm m2 grid gap-1">{changes.map((change) => <li key={change.at}><Age since={change.at} ago /> {change.actor}: {change.before && <><span className="id">{change.before}</span> {change.canonical === null ? "was taken away" : "became "}</>}<span className="id">{change.canonical}</span>{change.reason && `, “${change.reason}”`}</li>)}</ul></section>}
      {codeGiven && known.isError && <EmptyState icon="link" title="It could not be read">{known.error.message}</EmptyState>}
    </section>
  );
}
