import type { ReactNode } from "react";
import { Chip, type ChipKind } from "./chip";
import { Icon, type IconName } from "./icon";

interface Mark { kind: ChipKind; icon: IconName; word: string }

/** States of a command and of what a retry does to it. Only `verified` and `confirmed` look like proof. */
export const commandMarks = {
  not_yet_wanted: { kind: "plain", icon: "circle-dashed", word: "Not yet wanted" },
  wanted: { kind: "line", icon: "plus", word: "Wanted" },
  waiting: { kind: "plain", icon: "hourglass", word: "Waiting" },
  sending: { kind: "line", icon: "send", word: "Sending" },
  accepted: { kind: "line", icon: "check", word: "Accepted" },
  verified: { kind: "ok", icon: "check-check", word: "Verified" },
  confirmed: { kind: "ok", icon: "check-check", word: "Confirmed" },
  rejected: { kind: "biz", icon: "octagon-x", word: "Rejected" },
  held: { kind: "hold", icon: "hand", word: "Held" },
  unknown: { kind: "tech", icon: "file-question", word: "Outcome unknown" },
  dead_letter: { kind: "tech", icon: "archive-x", word: "Dead letter" },
  withdrawn: { kind: "off", icon: "x", word: "Withdrawn" },
} as const satisfies Record<string, Mark>;

/** States of an exception group. */
export const groupMarks = {
  new: { kind: "plain", icon: "sparkle", word: "New" },
  ongoing: { kind: "plain", icon: "circle-dot", word: "Ongoing" },
  escalating: { kind: "late", icon: "trending-up", word: "Escalating" },
  regressed: { kind: "late", icon: "rotate-ccw", word: "Came back" },
  in_progress: { kind: "plain", icon: "user", word: "In progress" },
  snoozed: { kind: "plain", icon: "moon", word: "Snoozed" },
  in_retry: { kind: "line", icon: "repeat", word: "In retry" },
  resolved: { kind: "ok", icon: "check", word: "Resolved" },
} as const satisfies Record<string, Mark>;

/** States of an order's tracks, with its facets. */
export const orderMarks = {
  captured: { kind: "line", icon: "circle-dot", word: "Captured" },
  validated: { kind: "line", icon: "check", word: "Validated" },
  released: { kind: "line", icon: "check", word: "Released" },
  part_shipped: { kind: "line", icon: "circle-dashed", word: "Part shipped" },
  shipped: { kind: "line", icon: "truck", word: "Shipped" },
  part_invoiced: { kind: "line", icon: "circle-dashed", word: "Part invoiced" },
  invoiced: { kind: "line", icon: "receipt", word: "Invoiced" },
  part_paid: { kind: "line", icon: "circle-dashed", word: "Part paid" },
  paid: { kind: "line", icon: "wallet", word: "Paid" },
  closed: { kind: "ok", icon: "check-check", word: "Closed" },
  on_hold: { kind: "hold", icon: "hand", word: "On hold" },
  backordered: { kind: "soon", icon: "package-open", word: "Backordered" },
  cancelled: { kind: "off", icon: "x", word: "Cancelled" },
  returned: { kind: "line", icon: "undo", word: "Returned" },
} as const satisfies Record<string, Mark>;

/** Health of a connector and state of its breaker. Healthy and closed are calm: plain text, no chip. */
export const connectorMarks = {
  healthy: { kind: "plain", icon: "check", word: "Healthy" },
  degraded: { kind: "soon", icon: "triangle-alert", word: "Degraded" },
  down: { kind: "late", icon: "unplug", word: "Down" },
  paused: { kind: "line", icon: "pause", word: "Paused" },
  breaker_closed: { kind: "plain", icon: "check", word: "Closed" },
  breaker_half_open: { kind: "tech", icon: "circle-dashed", word: "Half-open" },
  breaker_open: { kind: "tech", icon: "unplug", word: "Open" },
} as const satisfies Record<string, Mark>;

export type CommandMark = keyof typeof commandMarks;
export type GroupMark = keyof typeof groupMarks;
export type OrderMark = keyof typeof orderMarks;
export type ConnectorMark = keyof typeof connectorMarks;

interface MarkProps<State> {
  state: State;
  small?: boolean | undefined;
  /** Replaces the word and must still say the state: "Open, probe 18 s". */
  children?: ReactNode;
}

const show = (mark: Mark, { small, children }: MarkProps<unknown>) => (
  <Chip kind={mark.kind} icon={mark.icon} small={small}>{children ?? mark.word}</Chip>
);

/** State of one command. */
export function StatusMark(props: MarkProps<CommandMark>) {
  return show(commandMarks[props.state], props);
}

/** State of an exception group. */
export function GroupStatus(props: MarkProps<GroupMark>) {
  return show(groupMarks[props.state], props);
}

/** Stage or facet of an order. */
export function OrderStatus(props: MarkProps<OrderMark>) {
  return show(orderMarks[props.state], props);
}

/** Health of a connector or state of its breaker; what is well is plain text. */
export function ConnectorStatus(props: MarkProps<ConnectorMark>) {
  const { state, children } = props;
  if (state === "healthy") return <span className="kd m2"><Icon name="check" small />{children ?? "Healthy"}</span>;
  if (state === "breaker_closed") return <span className="m2">{children ?? "Closed"}</span>;
  return show(connectorMarks[state], props);
}
