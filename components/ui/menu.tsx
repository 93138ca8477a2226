"use client";
import { DropdownMenu as Radix } from "radix-ui";
import Link from "next/link";
import type { ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "./icon";
import { useReady } from "./use-ready";

export interface MenuProps { trigger: ReactElement; align?: "start" | "end" | undefined; side?: "top" | "bottom" | undefined; children: ReactNode }

/** Actions behind one button. Arrow keys move, letters jump, Escape closes. */
export function Menu({ trigger, align = "start", side = "bottom", children }: MenuProps) {
  const ready = useReady();
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild disabled={!ready}>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="pop menu" align={align} side={side} sideOffset={6} collisionPadding={8}>{children}</Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface MenuItemProps {
  icon?: IconName | undefined;
  href?: string | undefined;
  onSelect?: (() => void) | undefined;
  /** Why it may not be chosen; shown at its end. */
  why?: string | undefined;
  end?: ReactNode;
  danger?: boolean | undefined;
  children: ReactNode;
}

/** One action or link in a Menu. */
export function MenuItem({ icon, href, onSelect, why, end, danger, children }: MenuItemProps) {
  const inside = <>{icon !== undefined && <Icon name={icon} />}<span>{children}</span>{(why ?? end) !== undefined && <span className="menu-end">{why ?? end}</span>}</>;
  return (
    <Radix.Item className={`menu-item${danger ? " danger" : ""}`} disabled={why !== undefined} {...(onSelect && { onSelect })} asChild={href !== undefined}>
      {href === undefined ? inside : <Link href={href}>{inside}</Link>}
    </Radix.Item>
  );
}

export interface MenuChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string; icon?: IconName | undefined }[];
  onChange: (value: Value) => void;
  /** Choosing closes the menu; else it stays open, to try another. */
  closes?: boolean | undefined;
}

/** One of several inside a Menu. */
export function MenuChoice<Value extends string>({ label, value, options, onChange, closes = false }: MenuChoiceProps<Value>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => { onChange(next as Value); }} aria-label={label}>
      <Radix.Label className="menu-label">{label}</Radix.Label>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} className="menu-item" value={option.value} onSelect={(event) => { if (!closes) event.preventDefault(); }}>
          {option.icon !== undefined && <Icon name={option.icon} />}
          <span>{option.label}</span>
          <span className="menu-mark push"><Radix.ItemIndicator><Icon name="check" /></Radix.ItemIndicator></span>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

/** A rule between groups of a Menu. */
export function MenuRule() {
  return <Radix.Separator className="menu-rule" />;
}
