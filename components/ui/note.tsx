import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

export interface NoteProps { icon?: IconName | undefined; title?: ReactNode; sub?: ReactNode; end?: ReactNode; children?: ReactNode }

/** Something worth knowing that belongs to what it stands beside: a known cause, a limit, a fix. */
export function Note({ icon, title, sub, end, children }: NoteProps) {
  return (
    <div className="note">
      {title !== undefined && (
        <div className="note-head">
          {icon !== undefined && <Icon name={icon} />}<span className="b">{title}</span>
          {sub !== undefined && <span className="sm m2">{sub}</span>}{end !== undefined && <span className="push">{end}</span>}
        </div>
      )}
      {children !== undefined && <div className={title === undefined ? "sm m2" : "note-body"}>{children}</div>}
    </div>
  );
}
