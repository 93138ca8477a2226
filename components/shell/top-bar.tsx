"use client";
import Link from "next/link";
import { Fragment, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { LiveIndicator } from "@/components/ui/live-indicator";
import { useShell } from "./app-shell";
import { useLiveStatus } from "./live-store";

export interface TopBarProps {
  title: ReactNode;
  /** Pages above this one: "Orders" before "SO-48213". */
  crumbs?: readonly { label: string; href: string }[] | undefined;
}

/** Title, command box, live state. The first thing of every page inside the shell. */
export function TopBar({ title, crumbs = [] }: TopBarProps) {
  const { openPalette, openDrawer } = useShell();
  const live = useLiveStatus();
  return (
    <header className="top">
      <span className="burger"><Button variant="ghost" icon="menu" label="Menu" onClick={openDrawer} /></span>
      <div className="crumb">
        {crumbs.map((crumb) => <Fragment key={crumb.href}><Link href={crumb.href}>{crumb.label}</Link><Icon name="chevron-right" small /></Fragment>)}
        <h1>{title}</h1>
      </div>
      <button type="button" className="cmd" aria-keyshortcuts="Meta+K Control+K" onClick={openPalette}>
        <Icon name="search" small /><span>Any id, or a command</span><kbd aria-hidden>⌘K</kbd>
      </button>
      <LiveIndicator status={live} />
    </header>
  );
}
