import type { MappingLine } from "@/server/api/shapes";

export interface ImportCounts { added: number; changed: number; same: number; refused: number; /** Added and changed. */ news: number }

export function countsOf(lines: readonly Pick<MappingLine, "outcome">[]): ImportCounts {
  const of = (outcome: MappingLine["outcome"]): number => lines.filter((line) => line.outcome === outcome).length;
  const added = of("added"), changed = of("changed");
  return { added, changed, same: of("same"), refused: of("refused"), news: added + changed };
}

export const documents = (count: number): string => (count === 1 ? "1 document is" : `${count.toLocaleString("en-US")} documents are`);

export const importVerb = ({ news }: ImportCounts): string => (news === 1 ? "Import 1 mapping" : `Import ${news.toLocaleString("en-US")} mappings`);

/** Why a file is not imported as it is. */
export function whyNot({ news, refused }: ImportCounts): string | undefined {
  if (refused > 0) return refused === 1 ? "1 line is refused" : `${refused.toLocaleString("en-US")} lines are refused`;
  return news === 0 ? "All of it is there already" : undefined;
}

const first: Readonly<Record<MappingLine["outcome"], number>> = { refused: 0, changed: 1, added: 2, same: 3 };
/** What needs a look stands first: refused, changed, added, and last what stays; each in the order of the file. */
export const worthALook = <Line extends Pick<MappingLine, "outcome" | "line">>(lines: readonly Line[]): Line[] => [...lines].sort((a, b) => first[a.outcome] - first[b.outcome] || a.line - b.line);
