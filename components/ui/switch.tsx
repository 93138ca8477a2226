"use client";
import { Switch as Radix } from "radix-ui";

export interface SwitchProps {
  /** What it turns on and off, spoken: "Send invoices to Business Central". */
  label: string;
  checked: boolean;
  onChange?: ((checked: boolean) => void) | undefined;
  disabled?: boolean | undefined;
}

/** On or off, at once. What needs a confirmation is a button instead. */
export function Switch({ label, checked, onChange, disabled }: SwitchProps) {
  return (
    <Radix.Root className="sw" aria-label={label} checked={checked} disabled={disabled ?? false} {...(onChange && { onCheckedChange: onChange })}>
      <Radix.Thumb />
    </Radix.Root>
  );
}
