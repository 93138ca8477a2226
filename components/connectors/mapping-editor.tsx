"use client";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { MappingKind, SettingsSchema } from "@/server/api/shapes";
import { MappingFields } from "./mapping-fields";
import { columnsOf, faultOf, readValues, sampleOf, textOfBytes, unmapped, withDocument, wordsOf, type Mapping } from "./mapping-shape";
import { MappingTrialResult } from "./mapping-trial";
import { formFields, type FormField } from "./settings-shape";

/** Marks that do not show, or hardly. */
const marks: Readonly<Record<string, string>> = { "": "None", ",": "Comma ,", ";": "Semicolon ;", "\t": "Tab", "|": "Bar |", ".": "Point .", " ": "Space", "'": "Apostrophe '" };
/** Of a chosen file, read here: a trial takes less. */
const mostBytes = 1_000_000;

export interface MappingEditorProps { connector: string; schema: SettingsSchema; about: MappingKind; saved: Mapping; readOnly: boolean; onClose: () => void; onTake: (mapping: Mapping) => void }

/** One mapping as a form, tried on a sample before it is put into the draft of the settings. */
export function MappingEditor({ connector, schema, about, saved, readOnly, onClose, onTake }: MappingEditorProps) {
  const trpc = useTRPC();
  const list = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const outcome = useRef<HTMLDivElement>(null);
  const [mapping, setMapping] = useState(saved);
  const [sample, setSample] = useState("");
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const tryOut = useMutation(trpc.connectors.tryMapping.mutationOptions());
  useEffect(() => { outcome.current?.scrollIntoView({ block: "nearest" }); }, [tryOut.data, tryOut.error]);
  const fields = formFields(schema).filter(({ name }) => name !== "fields");
  const shown = (field: FormField): string => { const value = mapping[field.name] ?? field.schema.default; return typeof value === "string" ? value : ""; };
  const valueOf = (name: string): string => { const field = fields.find((one) => one.name === name); return field ? shown(field) : ""; };
  const targets = about.targets[valueOf("document")] ?? [];
  const errors = Object.fromEntries(fields.filter(({ control }) => control === "text").map((field) => [field.name, faultOf(field, shown(field))]));
  const unreadable = targets.some(({ name }) => readValues(wordsOf(mapping, name, typed[name])).error !== undefined);
  const missing = unmapped(mapping, targets), { text, cut } = sampleOf(sample, about.sample);
  const wrong = unreadable || Object.values(errors).some((error) => error !== undefined) ? "Something is not right in the form" : missing ? `${missing.title} is not mapped yet` : undefined;
  const wanted = { id: connector, mapping, text };
  const trial = tryOut.data !== undefined && JSON.stringify(tryOut.variables) === JSON.stringify(wanted) ? tryOut.data : null;
  const choose = async (file: File | undefined): Promise<void> => { if (file) setSample(textOfBytes(new Uint8Array(await file.slice(0, mostBytes).arrayBuffer()), valueOf("encoding")).replace(/^\ufeff/, "")); };
  const set = (field: FormField, value: string): void => {
    setMapping(field.name === "document" ? withDocument(mapping, value, about.targets[value] ?? []) : { ...mapping, [field.name]: value });
  };
  return (
    <Dialog open wide onOpenChange={(open) => { if (!open) onClose(); }} title={`Mapping of ${valueOf("files")}`} description="What the columns of a file mean. It is saved with the other settings of the connector; until then it is a draft."
      footer={<><Button onClick={onClose}>Leave it</Button>{!readOnly && <Button icon="file-check" why={wrong ?? (text === "" ? "There is no sample yet" : undefined)} whyIcon="circle-dashed" pending={tryOut.isPending} onClick={() => { tryOut.mutate(wanted); }}>Try on the sample</Button>}{!readOnly && <Button variant="primary" why={wrong} whyIcon="circle-dashed" onClick={() => { onTake(mapping); }}>Put into the draft</Button>}</>}>
      <div className="cn-form">
        {fields.map((field) => (
          <Field key={field.name} label={field.title} hint={field.description} required={field.required} error={errors[field.name]}>
            {field.control === "choice"
              ? <Select value={shown(field)} disabled={readOnly} onChange={(event) => { set(field, event.target.value); }} options={(field.schema.enum ?? []).map((option) => ({ value: String(option), label: marks[option] ?? String(option) }))} />
              : <Input mono value={shown(field)} readOnly={readOnly} spellCheck={false} autoComplete="off" maxLength={field.schema.maxLength} onChange={(event) => { set(field, event.target.value); }} />}
          </Field>
        ))}
      </div>
      {!readOnly && <Field label="Sample" hint={<>Paste the beginning of a file, with its header: its columns can then be chosen below. {cut && `Only its first ${about.sample.lines.toLocaleString("en-US")} lines or ${about.sample.characters.toLocaleString("en-US")} characters are tried. `}<button type="button" className="ln" onClick={() => { chooser.current?.click(); }}>Choose a file</button></>}>
        <Textarea rows={5} value={sample} spellCheck={false} onChange={(event) => { setSample(event.target.value); }} />
      </Field>}
      <datalist id={list}>{columnsOf(sample, valueOf("delimiter")).map((name) => <option key={name} value={name} />)}</datalist>
      <MappingFields mapping={mapping} targets={targets} columns={list} readOnly={readOnly} onChange={setMapping} typed={typed} onType={setTyped} />
      <input ref={chooser} type="file" accept=".csv,.txt,text/csv,text/plain" className="vh" aria-label="Sample file" tabIndex={-1} onChange={(event) => { void choose(event.target.files?.[0]); event.target.value = ""; }} />
      <div ref={outcome} role="status" aria-live="polite">
        {trial && <MappingTrialResult trial={trial} targets={targets} />}
        {tryOut.isError && <p className="hp e"><Icon name="circle-alert" small /> {tryOut.error.message}</p>}
      </div>
    </Dialog>
  );
}
