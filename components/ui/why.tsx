import type { ReactNode } from "react";

export interface WhyProps {
  /** The question that it answers: "Why is SHP-1057 not posted?" */
  question?: string | undefined;
  children: ReactNode;
}

/** One sentence: what, since when, who holds the ball, what happens next, whether you must do anything. */
export function Why({ question, children }: WhyProps) {
  return (
    <div>
      {question !== undefined && <h2 className="why-label">{question}</h2>}
      <p className="why">{children}</p>
    </div>
  );
}
