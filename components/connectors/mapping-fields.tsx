"use client";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import type { MappingTarget } from "@/server/api/shapes";
import { readValues, withSource, wordsOf, type Mapping, type Source } from "./mapping-shape";

const kinds: Record<MappingTarget["kind"], string> = { text: "", decimal: "number", whole: "whole number", day: "date", instant: "date and time" };

export interface MappingFieldsProps {
  mapping: Mapping;
  targets: readonly MappingTarget[];
  /** Id of the list of columns to choose from. */
  columns: string;
  readOnly: boolean;
  onChange: (mapping: Mapping) => void;
  /** Lists of words as they are being typed, by field. */
  typed: Readonly<Record<string, string>>;
  onType: (typed: Readonly<Record<string, string>>) => void;
}

/** Each field of ours with where it comes from: a column, a constant, and what the column's words mean. */
export function MappingFields({ mapping, targets, columns, readOnly, onChange, typed, onType }: MappingFieldsProps) {
  return (
    <div className="tbw">
      <table className="tb flush cn-map">
        <caption className="vh">Fields</caption>
        <thead><tr><th scope="col">Field</th><th scope="col">Column</th><th scope="col">Constant, also where the column is empty</th><th scope="col">Words, theirs = ours</th></tr></thead>
        <tbody>
          {targets.map((target) => {
            const source = mapping.fields[target.name] ?? {};
            const put = (part: Source): void => { onChange(withSource(mapping, target.name, { ...source, ...part })); };
            return (
              <tr key={target.name}>
                <th scope="row">{target.title} <span className="m3 sm">{[target.required && "required", kinds[target.kind], target.level === "line" && "each row"].filter(Boolean).join(", ")}</span></th>
                <td><Input list={columns} placeholder="column" value={source.column ?? ""} readOnly={readOnly} aria-label={`${target.title}: column`} maxLength={120} autoComplete="off" spellCheck={false} onChange={(event) => { put({ column: event.target.value }); }} /></td>
                <td><Input placeholder="constant" value={source.constant ?? ""} readOnly={readOnly} aria-label={`${target.title}: constant`} maxLength={200} autoComplete="off" spellCheck={false} onChange={(event) => { put({ constant: event.target.value }); }} /></td>
                <td>{(target.kind === "text" || source.values !== undefined) && <Words title={target.title} text={wordsOf(mapping, target.name, typed[target.name])} readOnly={readOnly} onChange={(text) => { onType({ ...typed, [target.name]: text }); put({ values: readValues(text).values }); }} />}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Words({ title, text, readOnly, onChange }: { title: string; text: string; readOnly: boolean; onChange: (text: string) => void }) {
  const { error } = readValues(text);
  return (
    <>
      <Textarea rows={Math.min(6, text.split("\n").length)} value={text} placeholder="theirs = ours" readOnly={readOnly} aria-label={`${title}: words`} aria-invalid={error !== undefined} spellCheck={false} onChange={(event) => { onChange(event.target.value); }} />
      {error !== undefined && <span className="hp e" role="alert"><Icon name="circle-alert" small /> {error}</span>}
    </>
  );
}
