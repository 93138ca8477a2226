"use client";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";
import { useFocusReturn } from "./use-focus-return";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** One line under the title, read with it. */
  description?: ReactNode;
  wide?: boolean | undefined;
  /** Buttons. The last is the one that does it. */
  footer?: ReactNode;
  children?: ReactNode;
}

/** Asks or shows one thing. Escape and the cross leave everything as it was; focus returns to where it came from. */
export function Dialog({ open, onOpenChange, title, description, wide, footer, children }: DialogProps) {
  const onCloseAutoFocus = useFocusReturn(open);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="veil" />
        <Radix.Content onCloseAutoFocus={onCloseAutoFocus} className={`dlg${wide ? " wide" : ""}`} {...(description === undefined && { "aria-describedby": undefined })}>
          <div className="dlg-head">
            <Radix.Title asChild><h2>{title}</h2></Radix.Title>
            <Radix.Close asChild><Button variant="ghost" icon="x" label="Close" /></Radix.Close>
          </div>
          <div className="dlg-body">
            {description !== undefined && <Radix.Description className="m2">{description}</Radix.Description>}
            {children}
          </div>
          {footer !== undefined && <div className="dlg-foot">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
