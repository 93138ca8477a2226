import type { ReactNode } from "react";
import { Button } from "./button";
import { Icon } from "./icon";

export interface ErrorStateProps {
  /** What is still true: "Shown as of 14:28", or what is missing when there is nothing to show. */
  title: ReactNode;
  /** What happened, in the domain's words, and when it tries again. */
  children: ReactNode;
  onRetry?: (() => void) | undefined;
  retrying?: boolean | undefined;
}

/** Says what is still true and when it tries again. */
export function ErrorState({ title, children, onRetry, retrying }: ErrorStateProps) {
  return (
    <div className="blank" role="alert">
      <Icon name="wifi-off" />
      <h3 className="b">{title}</h3>
      <div className="sm m2">{children}</div>
      {onRetry !== undefined && <Button size="xs" onClick={onRetry} pending={retrying}>Try now</Button>}
    </div>
  );
}
