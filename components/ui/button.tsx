import Link from "next/link";
import { useId, type MouseEventHandler, type ReactNode, type Ref } from "react";
import { Icon, type IconName } from "./icon";

interface ButtonBase {
  /** One `primary` at most in a view. */
  variant?: "plain" | "primary" | "ghost" | "danger" | undefined;
  size?: "md" | "xs" | "wide" | undefined;
  icon?: IconName | undefined;
  /** The key that does the same, shown on the button. */
  kbd?: string | undefined;
  /**
   * Why it may not be pressed: the missing permission or the state. The button stays visible and in the tab order,
   * dashed, and the sentence stands beside it (`whyBelow`: under it).
   */
  why?: string | undefined;
  whyBelow?: boolean | undefined;
  /** What is missing: a right (lock) or a state (circle). */
  whyIcon?: IconName | undefined;
  /** Work is under way: it cannot be pressed twice. */
  pending?: boolean | undefined;
}
interface Spoken { children: ReactNode; label?: string | undefined }
interface IconOnly { children?: undefined; label: string; icon: IconName }

export type ButtonProps = ButtonBase & (Spoken | IconOnly) & {
  /** Makes it a link. Ignored while `why` is set. */
  href?: string | undefined;
  /** The address is a file: it is fetched when it is asked for, never ahead. */
  download?: boolean | undefined;
  type?: "button" | "submit" | undefined;
  onClick?: MouseEventHandler<HTMLButtonElement> | undefined;
  ref?: Ref<HTMLButtonElement> | undefined;
  /** For Radix triggers (`asChild`), which pass their own attributes. */
  [attribute: `data-${string}` | `aria-${string}`]: unknown;
  id?: string | undefined;
};

const looks = { plain: "", primary: " pri", ghost: " ghost", danger: " danger" } as const;

/** A button that says what happens, with the amount: "Approve $48,309.81". */
export function Button({
  variant = "plain", size = "md", icon, kbd, why, whyBelow, whyIcon = "lock", pending, children, label, href, download, type = "button", onClick, ref, ...rest
}: ButtonProps) {
  const whyId = useId();
  const look = `btn${looks[variant]}${size === "md" ? "" : ` ${size}`}${children === undefined ? " ic" : ""}`;
  const inside = (
    <>
      {pending ? <Icon name="loader" className="spin" small={size === "xs"} /> : icon !== undefined && <Icon name={icon} small={size === "xs"} />}
      {children}
      {kbd !== undefined && <kbd aria-hidden>{kbd}</kbd>}
    </>
  );
  if (href !== undefined && download && why === undefined) return <a {...rest} className={look} href={href} download aria-label={label}>{inside}</a>;
  if (href !== undefined && why === undefined) return <Link {...rest} className={look} href={href} aria-label={label}>{inside}</Link>;
  const blocked = why !== undefined || pending === true;
  const button = (
    <button
      {...rest} ref={ref} type={blocked ? "button" : type} className={look} aria-label={label} aria-busy={pending === true ? true : undefined}
      aria-disabled={blocked ? true : undefined} aria-describedby={why === undefined ? undefined : whyId} onClick={blocked ? undefined : onClick}
    >
      {inside}
    </button>
  );
  if (why === undefined) return button;
  return (
    <span className={`bw${whyBelow ? " below" : ""}`}>
      {button}
      <span className="whynot" id={whyId}><Icon name={whyIcon} small />{why}</span>
    </span>
  );
}
