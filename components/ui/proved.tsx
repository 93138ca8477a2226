import type { ReactNode } from "react";

/** The double rule under a figure whose equation holds. It is a claim: not for emphasis, sums or limits. */
export function Proved({ children }: { children: ReactNode }) {
  return <span className="proved" title="Read back and equal">{children}<span className="vh">, proved</span></span>;
}
