"use client";
import { Popover as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

export interface PopoverProps {
  /** A Button; it gets the attributes of a trigger. */
  trigger: ReactElement;
  label: string;
  align?: "start" | "end" | undefined;
  children: ReactNode;
}

/** A small surface beside its button, for filters and choices that need controls. */
export function Popover({ trigger, label, align = "start", children }: PopoverProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="pop" aria-label={label} align={align} sideOffset={6} collisionPadding={8}>{children}</Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
