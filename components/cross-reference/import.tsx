"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Icon } from "@/components/ui/icon";
import { notify } from "@/components/ui/toast";
import type { MappingCheck } from "@/server/api/shapes";
import { ImportPreview } from "./import-preview";
import { countsOf, documents, importVerb, whyNot } from "./import-words";

interface Shown extends MappingCheck { name: string; text: string }

/** A file of mappings: chosen, shown line by line, and written whole or not at all. */
export function ImportMappings({ why }: { why: string | undefined }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const check = useMutation(trpc.crossReference.check.mutationOptions());
  const write = useMutation(trpc.crossReference.import.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const choose = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setUnreadable(null);
    try {
      const text = await file.text();
      setShown({ name: file.name, text, ...(await check.mutateAsync({ file: text })) });
    } catch (error) { setUnreadable(`${file.name}: ${error instanceof Error ? error.message : "it could not be read"}`); }
  };
  const counts = countsOf(shown?.lines ?? []), whyFile = whyNot(counts);
  const send = async (reason: string): Promise<string | undefined> => {
    if (!shown) return undefined;
    try {
      const { added, changed, waiting } = await write.mutateAsync({ file: shown.text, digest: shown.digest, reason });
      notify(`${added} added, ${changed} changed.${waiting === 0 ? "" : ` ${documents(waiting)} planned again.`}`);
      return undefined;
    } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <>
      <input ref={chooser} type="file" accept=".csv,text/csv" className="vh" aria-label="File of mappings" tabIndex={-1} onChange={(event) => { void choose(event.target.files?.[0]); event.target.value = ""; }} />
      <Button size="xs" icon="file-check" why={why} whyIcon="lock" pending={check.isPending} onClick={() => { chooser.current?.click(); }}>Import</Button>
      {unreadable !== null && <p className="hp e xr-unreadable" role="alert"><Icon name="circle-alert" small /> {unreadable}</p>}
      <ConfirmAction
        open={shown !== null} onOpenChange={(next) => { if (!next) setShown(null); }} wide title={`Import ${shown?.name ?? ""}`} reason={whyFile === undefined ? "required" : "none"} why={whyFile} confirmLabel={importVerb(counts)} onConfirm={send}
        effect={counts.refused > 0 ? "Nothing is imported by halves: mend the lines that are refused, or take them out, and choose the file again." : counts.news === 0 ? "The cross-reference says all of this already." : "All of it is written at once. What waits for one of these codes, or looks at one that changes, is planned again."}
      >
        {shown !== null && <ImportPreview lines={shown.lines} counts={counts} />}
      </ConfirmAction>
    </>
  );
}
