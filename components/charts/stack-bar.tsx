import type { ReactNode } from "react";
import type { KindHue } from "@/components/ui/kind";

export interface StackPart {
  key: string;
  /** Word of the part, and its amount as text: "budget wait", "79". */
  label: string;
  text: string;
  /** Length; for drawing only. */
  size: number;
  hue?: KindHue | "engine" | "quiet" | "part" | undefined;
}
export interface StackBarProps {
  /** What it says, in one sentence. */
  sentence: string;
  parts: readonly StackPart[];
  /** Words under the bar; without them the caller writes its own. */
  legend?: boolean | undefined;
  /** Before the words: "p95, 94 min:". */
  lead?: ReactNode;
}

/** One whole in its parts. A part's words carry its hue, so colour is never the only sign. */
export function StackBar({ sentence, parts, legend = true, lead }: StackBarProps) {
  return (
    <div>
      <div className="stk" role="img" aria-label={sentence}>
        {parts.map((part) => part.size > 0 && <i key={part.key} className={`w-${part.hue ?? "quiet"}`} style={{ flexGrow: part.size, flexBasis: 0 }} />)}
      </div>
      {legend && (
        <ul className="stk-legend">
          {lead !== undefined && <li className="b c-ink">{lead}</li>}
          {parts.map((part) => (
            <li key={part.key}><span className={part.hue === undefined || part.hue === "quiet" || part.hue === "part" ? undefined : `b ${part.hue === "engine" ? "c-ok" : `c-${part.hue}`}`}>{part.label}</span> {part.text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
