"use client";
import type { ComponentProps } from "react";
import { useFieldLink } from "./field";

/** Several lines of text: a reason, a note. */
export function Textarea({ className, ...textarea }: ComponentProps<"textarea">) {
  const link = useFieldLink();
  return (
    <span className={`inp${link["aria-invalid"] ? " er" : ""}${className ? ` ${className}` : ""}`}>
      <textarea rows={3} {...link} {...textarea} />
    </span>
  );
}
