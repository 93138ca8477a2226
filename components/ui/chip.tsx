import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

/** What a chip may look like: hue says what kind (tech, biz, hold, drift, ok), fill says how urgent (late, soon). */
export type ChipKind = "plain" | "tech" | "biz" | "hold" | "drift" | "ok" | "late" | "soon" | "line" | "off";

export interface ChipProps {
  kind?: ChipKind | undefined;
  icon: IconName;
  /** 18 px, in dense rows. */
  small?: boolean | undefined;
  children: ReactNode;
}

/** Icon and word for a state that the domain has. At most three stand on a line. */
export function Chip({ kind = "plain", icon, small, children }: ChipProps) {
  return (
    <span className={`chip${kind === "plain" ? "" : ` ${kind}`}${small ? " sml" : ""}`}>
      <Icon name={icon} />
      <span>{children}</span>
    </span>
  );
}
