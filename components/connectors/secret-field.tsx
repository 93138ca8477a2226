"use client";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";

export interface SecretFieldProps {
  title: string;
  /** One is stored. */
  set: boolean;
  readOnly: boolean;
  /** What is being typed; undefined while it is not being replaced. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A secret goes in and never comes out: it shows whether one is set, and takes another. */
export function SecretField({ title, set, readOnly, value, onChange }: SecretFieldProps) {
  const words = title.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  const label = words.charAt(0).toUpperCase() + words.slice(1);
  if (value === undefined)
    return (
      <div className="fld">
        <span className="fld-label">{label}</span>
        <span className="cn-secret"><Icon name="lock" small /> <span className={set ? "" : "b"}>{set ? "Set" : "Not set"}</span><span className="push" />{!readOnly && <Button size="xs" onClick={() => { onChange(""); }}>{set ? "Replace" : "Enter"}<span className="vh"> {label}</span></Button>}</span>
        <span className="hp">Goes in, never comes out.</span>
      </div>
    );
  return (
    <Field label={label} hint={<>Goes in, never comes out. <button type="button" className="ln" onClick={() => { onChange(undefined); }}>Keep the old one</button></>}>
      <Input type="password" mono value={value} autoComplete="new-password" autoFocus maxLength={4000} onChange={(event) => { onChange(event.target.value); }} />
    </Field>
  );
}
