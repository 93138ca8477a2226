"use client";
import type { ComponentProps, ReactNode } from "react";

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type" | "children"> {
  /** Some, not all, of what it stands for are ticked. */
  indeterminate?: boolean | undefined;
  /** Visible label. Without it give `aria-label`. */
  children?: ReactNode;
}

/** A tick. */
export function Checkbox({ indeterminate = false, children, className, ...input }: CheckboxProps) {
  const box = (
    <input
      {...input} type="checkbox" className={`box${className ? ` ${className}` : ""}`}
      ref={(node) => { if (node) node.indeterminate = indeterminate; }}
    />
  );
  return children === undefined ? box : <label className="ck">{box}<span>{children}</span></label>;
}
