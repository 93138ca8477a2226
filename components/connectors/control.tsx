"use client";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { Textarea } from "@/components/ui/textarea";
import type { FormField } from "./settings-shape";

/** The control that fits a field's type. */
export function Control({ field, value, readOnly, onChange }: { field: FormField; value: string; readOnly: boolean; onChange: (value: string) => void }) {
  if (field.control === "switch") return <span className="cn-switch"><Switch label={field.title} checked={value === "true"} disabled={readOnly} onChange={(checked) => { onChange(String(checked)); }} /><span className="sm m2">{value === "true" ? "On" : "Off"}</span></span>;
  if (field.control === "choice") return <Select value={value} disabled={readOnly} onChange={(event) => { onChange(event.target.value); }} options={[...(field.required && value !== "" ? [] : [{ value: "", label: "–" }]), ...(field.schema.enum ?? []).map((option) => ({ value: String(option), label: String(option).replaceAll("_", " ") }))]} />;
  if (field.control === "list" || field.control === "lines" || field.control === "json") return <Textarea value={value} readOnly={readOnly} spellCheck={false} rows={field.control === "list" ? 3 : 6} onChange={(event) => { onChange(event.target.value); }} />;
  return (
    <Input
      value={value} readOnly={readOnly} mono={field.control === "text"} inputMode={field.control === "number" ? "numeric" : field.schema.format === "uri" ? "url" : undefined} spellCheck={false} autoComplete="off"
      unit={field.schema.maximum !== undefined && field.schema.maximum < 1e9 ? `of ${field.schema.maximum.toLocaleString("en-US")}` : undefined} onChange={(event) => { onChange(event.target.value); }}
    />
  );
}
