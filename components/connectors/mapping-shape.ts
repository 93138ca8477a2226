import type { MappingTarget } from "@/server/api/shapes";
import { readField, type FormField } from "./settings-shape";

/** Where one field comes from; the server's schema checks it. */
export interface Source { column?: string; constant?: string; values?: Readonly<Record<string, string>> }
/** A mapping as it is saved: what has a default may be left out. */
export type Mapping = Readonly<Record<string, unknown>> & { readonly fields: Readonly<Record<string, Source>> };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isSource = (value: unknown): value is Source => isObject(value) && Object.entries(value).every(([name, part]) => (name === "values" ? isObject(part) && Object.values(part).every((word) => typeof word === "string") : typeof part === "string"));
const isMapping = (value: unknown): value is Mapping => isObject(value) && isObject(value["fields"]) && Object.values(value["fields"]).every(isSource);

/** The mappings in a setting's text; null where the text is something else, which only a person can put right. */
export function mappingsOf(text: string): Mapping[] | null {
  if (text.trim() === "") return [];
  try { const read: unknown = JSON.parse(text); return Array.isArray(read) && read.every(isMapping) ? read : null; } catch { return null; }
}
export const textOf = (mappings: readonly Mapping[]): string => JSON.stringify(mappings, null, 2);

/** The mapping with one field's source; one that says nothing is left out. */
export function withSource(mapping: Mapping, name: string, { column = "", constant = "", values = {} }: Source): Mapping {
  const { [name]: _before, ...others } = mapping.fields;
  const source: Source = { ...(column === "" ? {} : { column }), ...(constant === "" ? {} : { constant }), ...(Object.keys(values).length === 0 ? {} : { values }) };
  return { ...mapping, fields: Object.keys(source).length === 0 ? others : { ...mapping.fields, [name]: source } };
}

/** Of another kind of document: fields that both have keep their source. */
export function withDocument(mapping: Mapping, document: string, targets: readonly MappingTarget[]): Mapping {
  const known = new Set(targets.map(({ name }) => name));
  return { ...mapping, document, fields: Object.fromEntries(Object.entries(mapping.fields).filter(([name]) => known.has(name))) };
}

/** The first needed field that nothing fills; undefined where all are. */
export const unmapped = (mapping: Mapping, targets: readonly MappingTarget[]): MappingTarget | undefined =>
  targets.find(({ name, required }) => required && mapping.fields[name]?.column === undefined && mapping.fields[name]?.constant === undefined);

const writeValues = (values: Readonly<Record<string, string>>): string => Object.entries(values).map(([theirs, ours]) => `${theirs} = ${ours}`).join("\n");

/** A list of values as people write it, one `theirs = ours` on a line. A line that is not finished, or says another thing than an earlier one, is told. */
export function readValues(text: string): { values: Record<string, string>; error: string | undefined } {
  const values = new Map<string, string>();
  let error: string | undefined;
  for (const line of text.split("\n").map((each) => each.trim()).filter((each) => each !== "")) {
    const spaced = line.indexOf(" = "), at = spaced < 0 ? line.indexOf("=") : spaced + 1, theirs = line.slice(0, Math.max(0, at)).trim(), ours = line.slice(at + 1).trim();
    if (at < 0 || theirs === "" || ours === "") error ??= `${line}: write it as theirs = ours.`;
    else if (values.has(theirs) && values.get(theirs) !== ours) error ??= `${theirs} stands there twice.`;
    else values.set(theirs, ours);
  }
  return { values: Object.fromEntries(values), error };
}

/** What stands in the control of a field's words: what is being typed as long as it says the same, so that an unfinished line stays. */
export function wordsOf(mapping: Mapping, name: string, typed: string | undefined): string {
  const values = mapping.fields[name]?.values ?? {};
  return typed !== undefined && JSON.stringify(readValues(typed).values) === JSON.stringify(values) ? typed : writeValues(values);
}

/** What is wrong with a setting of the mapping itself, as far as its schema says. An emptied one is not its default. */
export function faultOf(field: FormField, value: string): string | undefined {
  const read = readField(field, value);
  if (!read.ok) return read.error;
  return value === "" && field.schema.pattern !== undefined && !new RegExp(field.schema.pattern, "u").test("") ? `${field.title} is needed.` : undefined;
}

/** Names in the first line of a sample, to choose from. */
export const columnsOf = (text: string, delimiter: string): string[] =>
  [...new Set((text.split("\n", 1)[0] ?? "").split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, "$1")).filter((name) => name !== ""))].slice(0, 200);

/** As much of a text as a trial takes, whole lines only. */
export function sampleOf(text: string, { characters, lines }: { characters: number; lines: number }): { text: string; cut: boolean } {
  const few = text.split("\n", lines).join("\n");
  const short = few.length > characters ? few.slice(0, Math.max(0, few.lastIndexOf("\n", characters - 1))) : few;
  return { text: short, cut: short.length < text.trimEnd().length };
}

/** Text of the first bytes of a file: UTF-8 and UTF-16 as marked or named, Windows-1252 where it is neither. */
export function textOfBytes(bytes: Uint8Array, encoding: string): string {
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : encoding === "detect" ? "utf-8" : encoding;
  try { return new TextDecoder(marked, { fatal: true }).decode(bytes, { stream: true }); } catch { return new TextDecoder(encoding === "detect" ? "windows-1252" : marked).decode(bytes); }
}
