"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { BulkBar } from "@/components/ui/bulk-bar";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { DataList } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { Region } from "@/components/ui/region";
import { Select } from "@/components/ui/select";
import { notify } from "@/components/ui/toast";
import type { CodePairs, CodeToPair } from "@/server/api/shapes";
import type { MappedKind } from "@/server/domain/mapped-kinds";
import { documents } from "./import-words";
import { InStep } from "./in-step";
import { pairColumns } from "./pair-columns";
import { codesText, pairKey, pairsHref, sureOf, takeable, type Taken } from "./pairs-words";
import { mappingHref } from "./search";
import { kindOptions } from "./words";

export interface PairsFilter { kind?: MappedKind; system?: string }
const none: ReadonlySet<string> = new Set();

/** Codes that systems told of and nobody mapped, each with the record that it most likely means. Nothing is ticked before a person ticks it. */
export function CodePairsDesk({ filter, initial }: { filter: PairsFilter; initial: CodePairs }) {
  const router = useRouter();
  const [picked, setPicked] = useState(none);
  const { data } = useQuery({ ...useTRPC().crossReference.pairs.queryOptions(filter), initialData: initial });
  const rows = takeable(data.codes, picked), sure = sureOf(data.codes, data.writable);
  const go = (change: { kind?: string; system?: string }): void => { setPicked(none); router.push(pairsHref({ ...filter, ...change })); };
  const open = (row: CodeToPair): void => { router.push(mappingHref({}, { open: { ...row, canonical: "" } })); };
  return (
    <Page title="Suggested pairs" crumbs={[{ label: "Cross-reference", href: "/cross-reference" }]} hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["X"], label: "pick" }, { keys: ["enter"], label: "map by hand" }]} footEnd={codesText(data.codes.length)}>
      <div className="bar xr-bar">
        <Select aria-label="Kind" value={filter.kind ?? ""} onChange={(event) => { go({ kind: event.target.value }); }} options={[{ value: "", label: "All kinds" }, ...kindOptions.filter(({ value }) => data.systems.some(({ kind }) => kind === value))]} />
        <Select aria-label="System" value={filter.system ?? ""} onChange={(event) => { go({ system: event.target.value }); }} options={[{ value: "", label: "All systems" }, ...[...new Set(data.systems.map(({ system }) => system))].map((system) => ({ value: system, label: system }))]} />
        <span className="grow" />
        {data.codes.length > 0 && <Button size="xs" icon="list-checks" why={sure.length === 0 ? "No pair here is certain, or you may not write it" : undefined} onClick={() => { setPicked(new Set(sure.map(pairKey))); }}>{`Pick ${sure.length.toLocaleString("en-US")} certain`}</Button>}
      </div>
      <Region title="In step" sub="codes that each system told of, and how many of them mean something here"><InStep rows={data.systems} /></Region>
      <DataList caption="Suggested pairs" columns={pairColumns} rows={data.codes} rowKey={pairKey} rowName={(row) => `${row.system} ${row.code}`} height={`max(320px, calc(100dvh - ${220 + 30 * data.systems.length}px))`} onOpen={open}
        picking={{ picked, onPick: setPicked, label: "Pick pair" }}
        empty={<EmptyState icon="check" title={data.systems.length === 0 ? "No system has told of its codes" : "Every code that is in use means something here"}>{data.systems.length === 0 ? "A connector reads its system’s customers and items, or a system sends code.described; what fits our records is then suggested here." : "A new code shows up here as soon as its system tells of it."}</EmptyState>} />
      {picked.size > 0 && <Accept rows={rows} picked={picked.size} writable={data.writable} onDone={() => { setPicked(none); }} />}
    </Page>
  );
}

function Accept({ rows, picked, writable, onDone }: { rows: readonly Taken[]; picked: number; writable: CodePairs["writable"]; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const accept = useMutation(trpc.crossReference.accept.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const entities = [...new Set(rows.map(({ entity }) => entity))], why = entities.flatMap((entity) => writable[entity] ?? [])[0] ?? (rows.length === 0 ? "Nothing here has a suggestion: open it and say what it means" : undefined);
  const unsure = rows.filter(({ pair }) => pair.confidence !== "certain").length;
  const send = async (reason: string): Promise<string | undefined> => {
    try {
      let waiting = 0;
      for (const entity of entities) waiting += (await accept.mutateAsync({ entity, reason, pairs: rows.filter((row) => row.entity === entity).map(({ kind, system, code, pair }) => ({ kind, system, code, canonical: pair.own })) })).waiting;
      notify(`${codesText(rows.length)} mapped.${waiting === 0 ? "" : ` ${documents(waiting)} planned again.`}`);
      onDone();
      return undefined;
    } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <>
      <BulkBar picked={codesText(picked)} sub={[unsure > 0 ? `${unsure.toLocaleString("en-US")} not certain` : "", picked > rows.length ? `${(picked - rows.length).toLocaleString("en-US")} without a suggestion` : ""].filter(Boolean).join(", ")}>
        <Button size="xs" variant="ghost" onClick={onDone}>Clear</Button>
        <Button size="xs" variant="primary" why={why} onClick={() => { setAsking(true); }}>{`Accept ${rows.length.toLocaleString("en-US")}`}</Button>
      </BulkBar>
      <ConfirmAction open={asking} onOpenChange={setAsking} title={`Accept ${codesText(rows.length)}`} reason="required" confirmLabel={`Map ${codesText(rows.length)}`} onConfirm={send}
        effect={`Each means from now on what is shown beside it, by your name. What waits for one of them is planned again.${unsure > 0 ? ` ${unsure.toLocaleString("en-US")} of them ${unsure === 1 ? "is" : "are"} not certain.` : ""}`} />
    </>
  );
}
