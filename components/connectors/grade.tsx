import { Chip } from "@/components/ui/chip";
import type { ConnectorDescription } from "@/server/api/shapes";

/** Sandbox systems are marked as such wherever they stand. */
export function Grade({ grade }: { grade: ConnectorDescription["grade"] | null }) {
  return grade === "sandbox" ? <Chip kind="line" icon="package-open" small>Sandbox</Chip> : null;
}
