import Link from "next/link";
import { useId, type ReactNode } from "react";
import { Changed } from "./changed";
import { Tooltip } from "./tooltip";

export interface FigureDefinition {
  /** How it is counted, in one sentence. */
  definition: string;
  /** What it is counted over. */
  population: string;
  /** What is not in it. */
  excluded?: string | undefined;
  /** Late facts changed a closed day: say which. */
  restated?: string | undefined;
}

export interface FigureProps {
  label: string;
  value: ReactNode;
  /** The list that it counts, with the same filter. */
  href?: string | undefined;
  /** Money beside a count, or what changed. May hold links. */
  sub?: ReactNode;
  /** A chip beside the value, for urgency only. */
  mark?: ReactNode;
  about?: FigureDefinition | undefined;
  /** 22 px in a FigureStrip, or 17 px in the head of a page with the label under it. */
  size?: "strip" | "head" | undefined;
  /** The value as text: underlines the figure for a second when it changes. */
  watch?: string | undefined;
}

function About({ definition, population, excluded, restated }: FigureDefinition) {
  return (
    <dl>
      <div><dt>What it is</dt><dd>{definition}</dd></div>
      <div><dt>Counted over</dt><dd>{population}</dd></div>
      {excluded !== undefined && <div><dt>Not in it</dt><dd>{excluded}</dd></div>}
      {restated !== undefined && <div><dt>Restated</dt><dd>{restated}</dd></div>}
    </dl>
  );
}

/** One number with its label; the whole cell opens the list that it counts. The definition shows on hover and focus. */
export function Figure({ label, value, href, sub, mark, about, size = "strip", watch }: FigureProps) {
  const labelId = useId();
  const shown = watch === undefined ? value : <Changed value={watch}>{value}</Changed>;
  const number = href === undefined
    ? <span {...(about && { tabIndex: 0, role: "note", "aria-labelledby": labelId })}>{shown}</span>
    : <Link className="fg-link" href={href} id={`${labelId}-v`} aria-labelledby={`${labelId} ${labelId}-v`}>{shown}</Link>;
  return (
    <div className={`fg${size === "head" ? " mid" : ""}`}>
      <span className="lb" id={labelId}>{label}</span>
      <span className="v">{about === undefined ? number : <Tooltip text={<About {...about} />}>{number}</Tooltip>}{mark}</span>
      {sub !== undefined && <span className="sub">{sub}</span>}
    </div>
  );
}

/** Figures side by side, parted by hairlines; two in a row on a phone. */
export function FigureStrip({ label, children }: { label: string; children: ReactNode }) {
  return <section className="figs" aria-label={label}>{children}</section>;
}

/** Figures in the head of a page: bigger than text, smaller than a strip. */
export function HeadFigures({ children }: { children: ReactNode }) {
  return <div className="fgs">{children}</div>;
}
