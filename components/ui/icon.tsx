import {
  ArchiveX, ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Ban, Bell, Bookmark, Building2, CalendarCheck, ChartColumn, Check, CheckCheck,
  ChevronDown, ChevronRight, CircleAlert, CircleDashed, CircleDot, CircleX, ClockAlert, Columns3, CornerDownLeft, Download, EqualNot,
  Eye, FileCheck, FileQuestionMark, FileX, Flag, Funnel, Gauge, Hand, Hourglass, Info, KeyRound, Lightbulb, Link2, Link2Off, ListChecks,
  LoaderCircle, Lock, LogOut, Menu, MessageSquare, Monitor, Moon, OctagonX, Package, PackageOpen, Pause, Play, Plug, Plus, ReceiptText,
  RefreshCw, Repeat, RotateCcw, Route, Rows3, Scale, ScanSearch, ScrollText, Search, Send, Shuffle, Sparkle, SquarePen, Sun, Ticket, Timer,
  TrendingUp, TriangleAlert, Truck, Undo2, Unplug, UserRound, Wallet, Waypoints, WifiOff, X, type LucideIcon,
} from "lucide-react";

const icons = {
  "archive-x": ArchiveX, "arrow-down": ArrowDown, "arrow-left": ArrowLeft, "arrow-right": ArrowRight, "arrow-up": ArrowUp, ban: Ban,
  bell: Bell, bookmark: Bookmark, building: Building2, "calendar-check": CalendarCheck, "chart-column": ChartColumn, check: Check,
  "check-check": CheckCheck, "chevron-down": ChevronDown, "chevron-right": ChevronRight, "circle-alert": CircleAlert,
  "circle-dashed": CircleDashed, "circle-dot": CircleDot, "circle-x": CircleX, "clock-alert": ClockAlert, columns: Columns3,
  download: Download, enter: CornerDownLeft, "equal-not": EqualNot, eye: Eye, "file-check": FileCheck, "file-question": FileQuestionMark,
  "file-x": FileX, flag: Flag, funnel: Funnel, gauge: Gauge, hand: Hand, hourglass: Hourglass, info: Info, key: KeyRound,
  lightbulb: Lightbulb, link: Link2, "link-off": Link2Off, "list-checks": ListChecks, loader: LoaderCircle, lock: Lock, "log-out": LogOut,
  menu: Menu, message: MessageSquare, monitor: Monitor, moon: Moon, "octagon-x": OctagonX, package: Package, "package-open": PackageOpen,
  pause: Pause, play: Play, plug: Plug, plus: Plus, receipt: ReceiptText, refresh: RefreshCw, repeat: Repeat, "rotate-ccw": RotateCcw,
  route: Route, rows: Rows3, scale: Scale, scan: ScanSearch, scroll: ScrollText, search: Search, send: Send, shuffle: Shuffle,
  sparkle: Sparkle, "square-pen": SquarePen, sun: Sun, ticket: Ticket, timer: Timer, "trending-up": TrendingUp,
  "triangle-alert": TriangleAlert, truck: Truck, undo: Undo2, unplug: Unplug, user: UserRound, wallet: Wallet, waypoints: Waypoints,
  "wifi-off": WifiOff, x: X,
} as const satisfies Record<string, LucideIcon>;

/** Names, not components, so that a server page can hand an icon to a client component. */
export type IconName = keyof typeof icons;

export interface IconProps {
  name: IconName;
  /** 12 px, for second text; otherwise 14 px. */
  small?: boolean | undefined;
  /** Spoken word. Leave out when the word stands beside the icon. */
  label?: string | undefined;
  className?: string | undefined;
}

/** One of the drawn set. Without `label` it is hidden from assistive technology. */
export function Icon({ name, small, label, className }: IconProps) {
  const Drawn = icons[name];
  const look = `i${small ? " s" : ""}${className ? ` ${className}` : ""}`;
  return label === undefined ? <Drawn className={look} aria-hidden /> : <Drawn className={look} role="img" aria-label={label} />;
}
