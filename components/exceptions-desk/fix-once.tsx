"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState, type ReactNode } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Note } from "@/components/ui/note";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import type { ExceptionDetail } from "@/server/api/shapes";
import { WaitingList } from "./waiting-list";

export interface Missing { entity: string; kind: "customer" | "item" | "unit"; system: string; code: string }
const kinds: Record<string, Missing["kind"]> = { "MAP-01": "customer", "MAP-02": "item", "MAP-03": "unit" };

/** A missing mapping, written where it is missed: what waits for it goes on by itself. */
export function FixOnce({ detail }: { detail: ExceptionDetail }) {
  const { group } = detail;
  const kind = kinds[group.code];
  const system = group.key["connector"];
  const code = kind && (group.key[kind] ?? group.key["code"]);
  if (!kind || !system || !code || group.state === "resolved") return null;
  const missing: Missing = { entity: group.entity, kind, system, code };
  const item = group.key["item"];
  return (
    <Note title="Fix once" sub={`${kind} ${code}, as ${system} calls it`}>
      {kind === "unit" && item !== undefined ? <UnitFix missing={missing} item={item} why={detail.missing.map ?? undefined} /> : <CodeFix missing={missing} why={detail.missing.map ?? undefined} />}
    </Note>
  );
}

interface Written { waiting: number }
interface Act { isPending: boolean; isSuccess: boolean; isError: boolean; error: { message: string } | null; data: Written | undefined }

/** A code that means something else already is changed with a reason; the desk asks for it. */
function WhyChanged({ asked, reason, onReason }: { asked: boolean; reason: string; onReason: (reason: string) => void }) {
  if (!asked && reason === "") return null;
  return <Field label="Why it is changed" required><Input required maxLength={1000} autoComplete="off" value={reason} onChange={(event) => { onReason(event.target.value); }} /></Field>;
}

/** The button that says how many it lets go, and afterwards what came of it. */
function Release({ act, count, why, verb }: { act: Act; count: number; why: string | undefined; verb: string }) {
  return (
    <>
      <div className="row"><Button type="submit" variant="primary" pending={act.isPending} why={why}>{count > 0 ? `${verb} and release ${count}` : verb}</Button></div>
      {act.isSuccess && <p className="sm" role="status">Written. {act.data?.waiting === 1 ? "1 document that waits for it is" : `${act.data?.waiting ?? 0} documents that wait for it are`} planned again.</p>}
      {act.isError && <p className="sm c-drift" role="alert">{act.error?.message}</p>}
    </>
  );
}

function useWaiting(missing: Missing, proposal: { canonical?: string; packOf?: string }): { list: ReactNode; released: number } {
  const trpc = useTRPC();
  const waiting = useQuery({ ...trpc.exceptions.mapPreview.queryOptions({ ...missing, ...proposal }), placeholderData: (before) => before });
  const rows = waiting.data ?? [];
  return { list: <WaitingList rows={rows} />, released: rows.filter((row) => row.released).reduce((total, row) => total + row.documents, 0) };
}

/** A customer or item of ours, chosen from the master data. */
function CodeFix({ missing, why }: { missing: Missing; why: string | undefined }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [canonical, setCanonical] = useState("");
  const [reason, setReason] = useState("");
  const text = useDeferredValue(canonical.trim());
  const { kind } = missing;
  const found = useQuery({ ...trpc.exceptions.mapCandidates.queryOptions({ entity: missing.entity, kind: kind === "unit" ? "item" : kind, text }), placeholderData: (before) => before });
  const match = found.data?.find(({ key }) => key === text);
  const { list, released } = useWaiting(missing, match ? { canonical: match.key } : {});
  const map = useMutation(trpc.exceptions.map.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }));
  return (
    <form className="grid gap-2.5 pt-1.5" onSubmit={(event) => { event.preventDefault(); if (text) map.mutate({ ...missing, canonical: text, reason }); }}>
      <Field label={`Our ${kind}`} hint={match ? match.name : `Number or name; ${text === "" ? "the first of the master data are offered" : `${found.data?.length ?? 0} fit`}`}>
        <Input mono list="fix-candidates" required autoComplete="off" value={canonical} onChange={(event) => { setCanonical(event.target.value); }} />
      </Field>
      <datalist id="fix-candidates">{found.data?.map(({ key, name }) => <option key={key} value={key}>{name}</option>)}</datalist>
      {list}
      <WhyChanged asked={map.isError} reason={reason} onReason={setReason} />
      <Release act={map} count={released} why={why} verb="Map" />
    </form>
  );
}

/** Either the system's name for a unit that the item has, or a pack that nobody stated yet, as an exact fraction. */
function UnitFix({ missing, item, why }: { missing: Missing; item: string; why: string | undefined }) {
  const trpc = useTRPC();
  const [way, setWay] = useState<"name" | "pack">("name");
  const units = useQuery(trpc.exceptions.units.queryOptions({ entity: missing.entity, item }));
  if (!units.data) return <p className="sm m2">{units.isPending ? "Looking the item up." : `${item} is not in the item master yet: its units are not known.`}</p>;
  const { baseUnit, units: packs } = units.data;
  return (
    <div className="grid gap-2.5 pt-1.5">
      <p className="sm m2">{item} is kept in {[baseUnit, ...packs.map(({ unit }) => unit)].join(", ")}.</p>
      <Segmented label="How" value={way} onChange={(value) => { setWay(value === "pack" ? "pack" : "name"); }} options={[{ value: "name", label: "It is one of our units" }, { value: "pack", label: "It is a pack of its own" }]} />
      {way === "name" ? <AliasForm missing={missing} baseUnit={baseUnit} packs={packs} why={why} /> : <PackForm missing={missing} item={item} baseUnit={baseUnit} why={why} />}
    </div>
  );
}

interface Pack { unit: string; numerator: number; denominator: number }
const holds = ({ unit, numerator, denominator }: Pack, baseUnit: string): string => `${unit} (${denominator === 1 ? numerator : `${numerator}/${denominator}`} ${baseUnit})`;

function AliasForm({ missing, baseUnit, packs, why }: { missing: Missing; baseUnit: string; packs: readonly Pack[]; why: string | undefined }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [canonical, setCanonical] = useState("");
  const [reason, setReason] = useState("");
  const { list, released } = useWaiting(missing, canonical === "" ? {} : { canonical });
  const map = useMutation(trpc.exceptions.map.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }));
  return (
    <form className="grid gap-2.5" onSubmit={(event) => { event.preventDefault(); if (canonical !== "") map.mutate({ ...missing, canonical, reason }); }}>
      <Field label="Our unit" hint={`For every item that ${missing.system} sends in ${missing.code}`}>
        <Select value={canonical} onChange={(event) => { setCanonical(event.target.value); }} options={[{ value: "", label: "Choose what it is", disabled: true }, ...packs.map((pack) => ({ value: pack.unit, label: holds(pack, baseUnit) })), { value: baseUnit, label: baseUnit }]} />
      </Field>
      {list}
      <WhyChanged asked={map.isError} reason={reason} onReason={setReason} />
      <Release act={map} count={released} why={why ?? (canonical === "" ? "Choose first what it is here" : undefined)} verb="Map" />
    </form>
  );
}

const whole = (text: string): number | null => (/^[1-9]\d{0,6}$/.test(text.trim()) ? Number(text.trim()) : null);

function PackForm({ missing, item, baseUnit, why }: { missing: Missing; item: string; baseUnit: string; why: string | undefined }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [top, setTop] = useState("");
  const [bottom, setBottom] = useState("1");
  const [asked, setAsked] = useState(false);
  const numerator = whole(top), denominator = whole(bottom);
  const { list, released } = useWaiting(missing, { packOf: item });
  const state = useMutation(trpc.exceptions.stateUnit.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }));
  const submit = (): void => {
    setAsked(true);
    if (numerator !== null && denominator !== null) state.mutate({ entity: missing.entity, item, system: missing.system, unit: missing.code, numerator, denominator, baseUnit });
  };
  const error = (value: number | null): string | undefined => (asked && value === null ? "A whole number above 0" : undefined);
  return (
    <form className="grid gap-2.5" noValidate onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <div className="row wrap items-start gap-2.5">
        <span className="w-32"><Field label={`1 ${missing.code} holds`} error={error(numerator)}><Input inputMode="numeric" required autoComplete="off" unit={baseUnit} value={top} onChange={(event) => { setTop(event.target.value); }} /></Field></span>
        <span className="w-24"><Field label="divided by" error={error(denominator)}><Input inputMode="numeric" required autoComplete="off" value={bottom} onChange={(event) => { setBottom(event.target.value); }} /></Field></span>
      </div>
      <p className="sm m2">{numerator !== null && denominator !== null ? <>So {denominator} {missing.code} {denominator === 1 ? "is" : "are"} {numerator} {baseUnit} of {item}. </> : null}For this item only. If the item’s own record states {missing.code} one day, the record counts.</p>
      {list}
      <Release act={state} count={released} why={why} verb="State the pack" />
    </form>
  );
}
