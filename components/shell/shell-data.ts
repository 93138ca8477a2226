import type { LiveStatus } from "@/components/ui/live-indicator";
import type { PostingStop } from "@/server/api/shapes";

/** Who is signed in. */
export interface ShellUser { name: string; email: string; roles: readonly string[] }

export interface ShellEntity { code: string; name: string }

/** Numbers beside the items of the rail; an item without a number has none that matters. */
export type ShellCounts = Partial<Record<"exceptions" | "bulk" | "held" | "connectors" | "serviceLevels", number>>;

export interface ShellData {
  user: ShellUser;
  /** Entities that the person may see. One only: the switcher is a plain label. */
  entities: readonly ShellEntity[];
  /** Code of the chosen entity; null for all. */
  entity: string | null;
  counts: ShellCounts;
  /** Stops of postings that stand in what is shown. */
  stops: readonly PostingStop[];
  /** The server's time, from which ages are told. */
  now: string;
  timeZone: string;
  live?: LiveStatus | undefined;
}

/** What the dashboard layout awaits. Null: nobody is signed in. */
export type LoadShellData = () => Promise<ShellData | "no rights" | null>;
