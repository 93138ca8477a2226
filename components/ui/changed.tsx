"use client";
import { useState, type ReactNode } from "react";

/** Underlines its content for one second when `value` becomes another. Nothing at first sight, no counting up. */
export function Changed({ value, children }: { value: string; children: ReactNode }) {
  const [seen, setSeen] = useState({ value, times: 0 });
  if (seen.value !== value) setSeen({ value, times: seen.times + 1 });
  return <span key={seen.times} className={seen.times === 0 ? undefined : "changed"}>{children}</span>;
}
