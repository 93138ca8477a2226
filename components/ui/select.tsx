"use client";
import type { ComponentProps } from "react";
import { useFieldLink } from "./field";
import { Icon } from "./icon";
import { useReady } from "./use-ready";

export interface SelectProps extends Omit<ComponentProps<"select">, "children"> {
  options: readonly { value: string; label: string; disabled?: boolean | undefined }[];
}

/** One of many. The system's own list, so it works under a finger and with every reader. Chosen from once the page listens: a choice before that would be forgotten. */
export function Select({ options, className, disabled, ...select }: SelectProps) {
  const link = useFieldLink(), ready = useReady();
  return (
    <span className={`inp${link["aria-invalid"] ? " er" : ""}${className ? ` ${className}` : ""}`}>
      <select {...link} {...select} disabled={!ready || disabled}>
        {options.map((option) => <option key={option.value} value={option.value} disabled={option.disabled}>{option.label}</option>)}
      </select>
      <Icon name="chevron-down" small />
    </span>
  );
}
