import type { IconName } from "@/components/ui/icon";
import type { KeySpec } from "@/components/ui/key-sequence";
import type { ShellCounts } from "./shell-data";

export interface NavItem { href: string; label: string; icon: IconName; keys: KeySpec; count?: keyof ShellCounts | undefined }
export interface NavGroup { title: string | null; items: readonly NavItem[] }

/** The rail: only pages that exist. Letters after G are unique. */
export const navigation: readonly NavGroup[] = [
  {
    title: null,
    items: [
      { href: "/", label: "Tower", icon: "gauge", keys: "g h" },
      { href: "/exceptions", label: "Exceptions", icon: "circle-alert", keys: "g e", count: "exceptions" },
      { href: "/bulk", label: "Bulk actions", icon: "repeat", keys: "g b", count: "bulk" },
      { href: "/orders", label: "Orders", icon: "package", keys: "g o" },
      { href: "/trace", label: "Trace", icon: "waypoints", keys: "g t" },
      { href: "/stock", label: "Stock in channels", icon: "package-open", keys: "g k" },
    ],
  },
  { title: "Finance", items: [{ href: "/held", label: "Held postings", icon: "hand", keys: "g f", count: "held" }, { href: "/close", label: "Close readiness", icon: "calendar-check", keys: "g d" }, { href: "/reconciliation", label: "Reconciliation", icon: "scale", keys: "g l" }, { href: "/completeness", label: "Nothing missing", icon: "list-checks", keys: "g n" }, { href: "/reports", label: "Reports", icon: "chart-column", keys: "g p" }] },
  { title: "Connect", items: [{ href: "/connectors", label: "Connectors", icon: "plug", keys: "g c", count: "connectors" }, { href: "/cross-reference", label: "Cross-reference", icon: "link", keys: "g x" }] },
  { title: "Govern", items: [{ href: "/routes", label: "Entities and routes", icon: "route", keys: "g r" }, { href: "/service-levels", label: "Service levels", icon: "timer", keys: "g s", count: "serviceLevels" }] },
];

export const navItems: readonly NavItem[] = navigation.flatMap((group) => group.items);

/** Whether an item is the page that is shown or the list of it. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}
