import type { SettingsField, SettingsSchema } from "@/server/api/shapes";

/** One control of the form, drawn from the connector's own schema. */
export interface FormField { name: string; title: string; description: string | undefined; required: boolean; schema: SettingsField; control: "text" | "number" | "switch" | "choice" | "list" | "json" }

const wordsOf = (name: string): string => { const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase(); return words.charAt(0).toUpperCase() + words.slice(1); };

function controlOf(schema: SettingsField): FormField["control"] {
  if (schema.enum) return "choice";
  if (schema.type === "boolean") return "switch";
  if (schema.type === "number" || schema.type === "integer") return "number";
  if (schema.type === "string") return "text";
  return schema.type === "array" && schema.items?.type === "string" ? "list" : "json";
}

/** The fields of a schema in its own order. What has a default is not required: left empty, the default holds. */
export function formFields(schema: SettingsSchema): FormField[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name, title: field.title ?? wordsOf(name), description: field.description, required: (schema.required ?? []).includes(name) && field.default === undefined, schema: field, control: controlOf(field),
  }));
}

/** What stands in the control for a saved value; the default where nothing is saved. */
export function shownValue(field: FormField, settings: Readonly<Record<string, unknown>>): string {
  const value = settings[field.name] ?? field.schema.default;
  if (value === undefined || value === null) return "";
  if (field.control === "list" && Array.isArray(value)) return value.join("\n");
  return typeof value === "object" ? JSON.stringify(value, null, 2) : typeof value === "string" ? value : JSON.stringify(value);
}

export type ReadField = { ok: true; value: unknown } | { ok: false; error: string };

/** What the control says as the schema's type, or the one sentence that says what is wrong. The server checks again. */
export function readField(field: FormField, text: string): ReadField {
  const { schema } = field, trimmed = text.trim();
  if (trimmed === "" && field.control !== "switch") return field.required ? { ok: false, error: `${field.title} is needed.` } : { ok: true, value: undefined };
  if (field.control === "switch") return { ok: true, value: text === "true" };
  if (field.control === "number") return readNumber(schema, trimmed);
  if (field.control === "choice") { const chosen = schema.enum?.find((option) => String(option) === trimmed); return chosen === undefined ? { ok: false, error: "Choose one of the list." } : { ok: true, value: chosen }; }
  if (field.control === "list") return { ok: true, value: trimmed.split("\n").map((line) => line.trim()).filter((line) => line !== "") };
  if (field.control === "json") { try { return { ok: true, value: JSON.parse(trimmed) as unknown }; } catch { return { ok: false, error: "This is not JSON." }; } }
  return readText(schema, trimmed);
}

function readNumber(schema: SettingsField, text: string): ReadField {
  const value = Number(text);
  if (!Number.isFinite(value) || (schema.type === "integer" && !Number.isInteger(value))) return { ok: false, error: schema.type === "integer" ? "A whole number." : "A number." };
  if (schema.minimum !== undefined && value < schema.minimum) return { ok: false, error: `At least ${schema.minimum}.` };
  if (schema.maximum !== undefined && value > schema.maximum) return { ok: false, error: `At most ${schema.maximum}.` };
  return { ok: true, value };
}

function readText(schema: SettingsField, text: string): ReadField {
  if (schema.minLength !== undefined && text.length < schema.minLength) return { ok: false, error: `At least ${schema.minLength} characters.` };
  if (schema.maxLength !== undefined && text.length > schema.maxLength) return { ok: false, error: `At most ${schema.maxLength} characters.` };
  if (schema.format === "uri") { try { const { protocol } = new URL(text); if (!/^https?:$/.test(protocol)) throw new Error(protocol); } catch { return { ok: false, error: "An address that begins with https:// or http://." }; } }
  if (schema.pattern !== undefined && schema.format === undefined) { try { if (!new RegExp(schema.pattern, "u").test(text)) return { ok: false, error: `Must look like ${schema.pattern}.` }; } catch { return { ok: true, value: text }; } }
  return { ok: true, value: text };
}

export interface Difference { name: string; before: string | null; after: string | null }
const plain = (value: unknown): string | null => (value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value));

/** What differs between two versions of the settings, field by field. */
export function differences(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().map((name) => ({ name, before: plain(before[name]), after: plain(after[name]) })).filter((row) => row.before !== row.after);
}

/** Keys that people do not write but the store keeps: settings that the schema does not know stay as they are. */
export function assembled(fields: readonly FormField[], draft: Readonly<Record<string, string>>, saved: Readonly<Record<string, unknown>>): { settings: Record<string, unknown>; errors: Record<string, string> } {
  const settings: Record<string, unknown> = { ...saved }, errors: Record<string, string> = {};
  for (const field of fields) {
    const read = readField(field, draft[field.name] ?? shownValue(field, saved));
    if (!read.ok) errors[field.name] = read.error;
    else if (read.value === undefined) delete settings[field.name];
    else settings[field.name] = read.value;
  }
  return { settings, errors };
}
