"use client";
import type { ComponentProps } from "react";
import { useFieldLink } from "./field";
import { Icon } from "./icon";

export interface SelectProps extends Omit<ComponentProps<"select">, "children"> {
  options: readonly { value: string; label: string; disabled?: boolean | undefined }[];
}

/** One of many. The system's own list, so it works under a finger and with every reader. */
export function Select({ options, className, ...select }: SelectProps) {
  const link = useFieldLink();
  return (
    <span className={`inp${link["aria-invalid"] ? " er" : ""}${className ? ` ${className}` : ""}`}>
      <select {...link} {...select}>
        {options.map((option) => <option key={option.value} value={option.value} disabled={option.disabled}>{option.label}</option>)}
      </select>
      <Icon name="chevron-down" small />
    </span>
  );
}
