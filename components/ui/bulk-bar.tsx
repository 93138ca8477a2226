import type { ReactNode } from "react";

export interface BulkBarProps {
  /** "2 groups" */
  picked: string;
  /** Sum and when the selection was frozen: "61 orders, $236,550.20, frozen at 14:31:52". */
  sub: ReactNode;
  children: ReactNode;
}

/** Floats over a list while rows are ticked. What it says was frozen at that moment. */
export function BulkBar({ picked, sub, children }: BulkBarProps) {
  return <div className="bulk" role="region" aria-label="Selection"><span className="b" role="status">{picked}</span><span className="sm m2 grow el">{sub}</span>{children}</div>;
}
