import type { ReactNode } from "react";
import type { ExceptionKind } from "@/server/domain/exceptions";
import { Chip } from "./chip";
import { Icon, type IconName } from "./icon";

/** A kind of exception, or a hold. */
export type KindName = ExceptionKind | "hold";
/** The hue of a kind; `sla` has none, it is ink. */
export type KindHue = "tech" | "biz" | "hold" | "drift" | "sla";

export const kinds: Readonly<Record<KindName, { icon: IconName; hue: KindHue; word: string }>> = {
  technical: { icon: "unplug", hue: "tech", word: "Technical" },
  contract: { icon: "file-x", hue: "tech", word: "Contract" },
  mapping: { icon: "link-off", hue: "biz", word: "Mapping" },
  business: { icon: "scale", hue: "biz", word: "Business" },
  drift: { icon: "equal-not", hue: "drift", word: "Drift" },
  sla: { icon: "clock-alert", hue: "sla", word: "Late, no cause" },
  hold: { icon: "hand", hue: "hold", word: "Held" },
};

export interface KindProps {
  of: KindName;
  /** Dense rows: the word becomes the icon's accessible name. */
  iconOnly?: boolean | undefined;
  small?: boolean | undefined;
  /** Replaces the word, for instance by a count: "111 technical". Ignored with `iconOnly`. */
  children?: ReactNode;
}

/** A kind as coloured icon and word in running text. */
export function Kind({ of, iconOnly, small, children }: KindProps) {
  const { icon, hue, word } = kinds[of];
  return (
    <span className={`kd c-${hue}`}>
      {iconOnly ? <Icon name={icon} small={small} label={word} /> : <><Icon name={icon} small={small} />{children ?? word}</>}
    </span>
  );
}

/** A kind as a chip. */
export function KindChip({ of, small, children }: Omit<KindProps, "iconOnly">) {
  const { icon, hue, word } = kinds[of];
  return <Chip kind={hue === "sla" ? "late" : hue} icon={icon} small={small}>{children ?? word}</Chip>;
}
