import type { ReactNode } from "react";
import { keyCaps, type KeySpec } from "./key-sequence";

export interface KeyHintProps { keys: readonly KeySpec[]; children?: ReactNode }

/** Key caps with what they do: `keys={["j", "k"]}` for two keys, `["g e"]` for a sequence. */
export function KeyHint({ keys, children }: KeyHintProps) {
  return (
    <>
      <span className="keys">{keys.flatMap((spec) => keyCaps(spec)).map((cap, index) => <kbd key={index}>{cap}</kbd>)}</span>
      {children}
    </>
  );
}

export interface FootProps {
  hints: readonly { keys: readonly KeySpec[]; label: string }[];
  /** At the right end: what is shown, how many. */
  end?: ReactNode;
}

/** The keys that work here, at the foot of the page. Not on a phone. */
export function Foot({ hints, end }: FootProps) {
  return (
    <footer className="foot">
      {hints.map(({ keys, label }) => <span key={label}><KeyHint keys={keys}>{label}</KeyHint></span>)}
      {end !== undefined && <span className="foot-end">{end}</span>}
    </footer>
  );
}
