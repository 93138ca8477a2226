"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import type { MappingKind } from "@/server/api/shapes";
import { Control } from "./control";
import { MappingEditor } from "./mapping-editor";
import { mappingsOf, textOf, type Mapping } from "./mapping-shape";
import type { FormField } from "./settings-shape";

export interface MappingsProps { connector: string; field: FormField; about: MappingKind; value: string; readOnly: boolean; onChange: (value: string) => void }

const fieldsOf = (mapping: Mapping): string => { const count = Object.keys(mapping.fields).length; return count === 1 ? "1 field" : `${count} fields`; };
const named = (mapping: Mapping, name: string): string => (typeof mapping[name] === "string" ? mapping[name] : "");

/** The mappings of a connector that reads files: which there are, in the order in which they are tried, each edited in a dialog. They are saved with the other settings. */
export function Mappings({ connector, field, about, value, readOnly, onChange }: MappingsProps) {
  const [open, setOpen] = useState<number | null>(null);
  const mappings = mappingsOf(value);
  if (!mappings) return <Field label={field.title} hint={field.description} error="This is no list of mappings."><Control field={field} value={value} readOnly={readOnly} onChange={onChange} /></Field>;
  const put = (next: readonly Mapping[]): void => { onChange(textOf(next)); };
  const blank: Mapping = { files: "*.csv", document: Object.keys(about.targets)[0] ?? "", fields: {} };
  return (
    <div className="fld cn-wide" role="group" aria-label={field.title}>
      <span className="fld-label">{field.title}</span>
      {mappings.length === 0 ? <p className="sm m2">None yet, so no file is taken.</p> : (
        <ul className="cn-maps">
          {mappings.map((mapping, index) => (
            <li key={index}>
              <span className="id">{named(mapping, "files")}</span><span className="m2 sm grow">{named(mapping, "document")}, {fieldsOf(mapping)}</span>
              <Button size="xs" variant="ghost" onClick={() => { setOpen(index); }}>{readOnly ? "Look at" : "Edit"}<span className="vh"> mapping of {named(mapping, "files")}</span></Button>
              {!readOnly && <Button size="xs" variant="ghost" icon="x" label={`Take the mapping of ${named(mapping, "files")} out`} onClick={() => { put(mappings.filter((_, at) => at !== index)); }} />}
            </li>
          ))}
        </ul>
      )}
      {!readOnly && <Button size="xs" icon="plus" onClick={() => { setOpen(mappings.length); }}>Add a mapping</Button>}
      <span className="hp">{field.description}</span>
      {open !== null && <MappingEditor connector={connector} schema={field.schema.items ?? {}} about={about} saved={mappings[open] ?? blank} readOnly={readOnly} onClose={() => { setOpen(null); }} onTake={(mapping) => { put(open < mappings.length ? mappings.map((one, at) => (at === open ? mapping : one)) : [...mappings, mapping]); setOpen(null); }} />}
    </div>
  );
}
