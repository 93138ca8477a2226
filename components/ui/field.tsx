"use client";
import { createContext, use, useId, type ReactNode } from "react";
import { Icon } from "./icon";

interface FieldLink { id: string; describedBy: string | undefined; invalid: boolean }
const FieldContext = createContext<FieldLink | null>(null);

/** Attributes that tie a control to the label, hint and error of the Field around it; empty outside a Field. */
export function useFieldLink(): { id?: string; "aria-describedby"?: string; "aria-invalid"?: true } {
  const link = use(FieldContext);
  if (link === null) return {};
  return {
    id: link.id,
    ...(link.describedBy === undefined ? {} : { "aria-describedby": link.describedBy }),
    ...(link.invalid ? { "aria-invalid": true as const } : {}),
  };
}

export interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong and what to do, in one sentence. */
  error?: string | undefined;
  required?: boolean | undefined;
  children: ReactNode;
}

/** Label, one control, hint and error, tied together for assistive technology. */
export function Field({ label, hint, error, required, children }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter((part) => part !== false).join(" ");
  return (
    <div className="fld">
      <label className="fld-label" htmlFor={id}>{label}{required && <span className="m3">required</span>}</label>
      <FieldContext value={{ id, describedBy: described === "" ? undefined : described, invalid: error !== undefined }}>{children}</FieldContext>
      {hint !== undefined && <span className="hp" id={`${id}-hint`}>{hint}</span>}
      {error !== undefined && <span className="hp e" id={`${id}-error`} role="alert"><Icon name="circle-alert" small /> {error}</span>}
    </div>
  );
}
