import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

export interface EmptyStateProps {
  icon?: IconName | undefined;
  /** "Nothing is held" */
  title: string;
  /** Why it is empty and what will make it fill. */
  children: ReactNode;
  /** What to look at instead: a link or button. */
  action?: ReactNode;
}

/** Nothing to show, why, and what to look at instead. */
export function EmptyState({ icon = "check-check", title, children, action }: EmptyStateProps) {
  return (
    <div className="blank">
      <Icon name={icon} className={icon === "check-check" ? "c-ok" : undefined} />
      <h3 className="b">{title}</h3>
      <div className="sm m2">{children}</div>
      {action}
    </div>
  );
}
