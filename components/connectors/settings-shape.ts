import type { Difference } from "@/components/ui/difference-list";
import type { SettingsField, SettingsSchema } from "@/server/api/shapes";

type Settings = Readonly<Record<string, unknown>>;

/** One control of the form, drawn from the connector's own schema. `name` is its path: `shipsFrom.city`. */
export interface FormField { name: string; title: string; description: string | undefined; required: boolean; schema: SettingsField; control: "text" | "number" | "switch" | "choice" | "list" | "lines" | "json" }

export const wordsOf = (name: string): string => { const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase(); return words.charAt(0).toUpperCase() + words.slice(1); };
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function controlOf(schema: SettingsField): FormField["control"] {
  if (schema.enum) return "choice";
  if (schema.type === "boolean") return "switch";
  if (schema.type === "number" || schema.type === "integer") return "number";
  if (schema.type === "string") return schema.multiline ? "lines" : "text";
  return schema.type === "array" && schema.items?.type === "string" ? "list" : "json";
}

/** The fields of a schema in its own order, those of a group one by one. What has a default is not required: left empty, the default holds. */
export function formFields(schema: SettingsSchema, path: readonly string[] = [], within = "", mustBe = true): FormField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]): FormField[] => {
    const own = field.title ?? wordsOf(name), title = within === "" ? own : `${within}: ${own.toLowerCase()}`;
    const required = mustBe && (schema.required ?? []).includes(name) && field.default === undefined;
    if (field.type === "object" && field.properties && Object.keys(field.properties).length > 0) return formFields(field, [...path, name], title, required);
    return [{ name: [...path, name].join("."), title, description: field.description, required, schema: field, control: controlOf(field) }];
  });
}

const valueAt = (settings: Settings, name: string): unknown => name.split(".").reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), settings);

/** A copy with one value set, or taken away where it is undefined. */
function withValue(settings: Settings, [key = "", ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const { [key]: before, ...others } = settings;
  const next = rest.length === 0 ? value : withValue(isObject(before) ? before : {}, rest, value);
  return next === undefined || (rest.length > 0 && isObject(next) && Object.keys(next).length === 0) ? others : { ...settings, [key]: next };
}

/** What stands in the control for a saved value; the default where nothing is saved. */
export function shownValue(field: FormField, settings: Settings): string {
  const value = valueAt(settings, field.name) ?? field.schema.default;
  if (value === undefined || value === null) return "";
  if (field.control === "list" && Array.isArray(value)) return value.join("\n");
  return typeof value === "object" ? JSON.stringify(value, null, 2) : typeof value === "string" ? value : JSON.stringify(value);
}

/** The settings with the schema's defaults where nothing is saved, for a fair comparison. */
export const withDefaults = (fields: readonly FormField[], settings: Settings): Record<string, unknown> =>
  fields.reduce<Record<string, unknown>>((all, { name, schema }) => (schema.default === undefined || valueAt(all, name) !== undefined ? all : withValue(all, name.split("."), schema.default)), { ...settings });

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
  if (schema.format === "uri") {
    const protocols = schema.protocols ?? ["https", "http"], { protocol = "" } = URL.parse(text) ?? {};
    if (!protocols.includes(protocol.slice(0, -1))) return { ok: false, error: `An address that begins with ${protocols.map((one) => `${one}://`).join(" or ")}.` };
  }
  if (schema.pattern !== undefined && schema.format === undefined) { try { if (!new RegExp(schema.pattern, "u").test(text)) return { ok: false, error: `Must look like ${schema.pattern}.` }; } catch { return { ok: true, value: text }; } }
  return { ok: true, value: text };
}

const plain = (value: unknown): string | null => (value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value));

/** Every value by its path. */
const leaves = (settings: Settings, path = ""): [string, unknown][] => Object.entries(settings).flatMap(([name, value]) => (isObject(value) ? leaves(value, `${path}${name}.`) : [[`${path}${name}`, value] as [string, unknown]]));

/** What differs between two versions of the settings, field by field. */
export function differences(before: Settings, after: Settings): Difference[] {
  const was = new Map(leaves(before)), becomes = new Map(leaves(after));
  return [...new Set([...was.keys(), ...becomes.keys()])].sort().map((name) => ({ name, before: plain(was.get(name)), after: plain(becomes.get(name)) })).filter((row) => row.before !== row.after);
}

/** What would be saved, and what is wrong by field. Settings that the schema does not know stay as they are. */
export function assembled(fields: readonly FormField[], draft: Readonly<Record<string, string>>, saved: Settings): { settings: Record<string, unknown>; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const settings = fields.reduce<Record<string, unknown>>((all, field) => {
    const read = readField(field, draft[field.name] ?? shownValue(field, saved));
    if (read.ok) return withValue(all, field.name.split("."), read.value);
    errors[field.name] = read.error;
    return all;
  }, { ...saved });
  return { settings, errors };
}
