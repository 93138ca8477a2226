"use client";
import type { ComponentProps, ReactNode } from "react";
import { useFieldLink } from "./field";
import { Icon, type IconName } from "./icon";

export interface InputProps extends ComponentProps<"input"> {
  icon?: IconName | undefined;
  /** Stands behind the value: "s", "of 600". */
  unit?: ReactNode;
  /** Identifiers and payloads. */
  mono?: boolean | undefined;
}

/** One line of text. `readOnly` shows a lock: it can be read and copied, not changed. */
export function Input({ icon, unit, mono, className, ...input }: InputProps) {
  const link = useFieldLink();
  return (
    <span className={`inp${mono ? " mono" : ""}${input.readOnly ? " ro" : ""}${link["aria-invalid"] ? " er" : ""}${className ? ` ${className}` : ""}`}>
      {input.readOnly ? <Icon name="lock" small /> : icon !== undefined && <Icon name={icon} small />}
      <input {...link} {...input} />
      {unit !== undefined && <span className="unit">{unit}</span>}
    </span>
  );
}
