import { hash } from "node:crypto";
import { allOf, type Fact } from "@/server/domain/facts";
import type { Plan, Publication, RecordedFact } from "@/server/domain/plan";
import type { Instant } from "@/server/domain/instant";
import type { Policy } from "@/server/domain/policy";
import type { SubjectId } from "@/server/domain/subject";
import type { PlannedSubject } from "@/server/pipeline/ports";

/** The parts of a plan that are kept in tables of their own. A part that is as it was is neither read nor written. */
export const sections = ["holds", "exceptions", "findings", "waits", "milestones", "balances", "slices", "publications", "dependencies", "identifiers"] as const;
export type Section = (typeof sections)[number];
/** A digest of each part, and a line for each row that the last plan wrote in the row-wise ones: those are not offered again. */
export type Digests = Partial<Record<Section, string>> & { rows?: Partial<Record<RowwiseSection | "readers", string>> };
/** Parts of which a plan that changed one row repeats all the others. */
export type RowwiseSection = "milestones" | "identifiers" | "dependencies" | "publications";
/** Longer lists are not kept: offering known rows again costs less than carrying their digests in every plan. */
export const longestKept = 300;

export interface Kept { record: RecordedFact; at: Instant }
/** One planned subject on its way into the tables. */
export interface Write {
  id: SubjectId; entity: string; kind: string; planNo: number; policy: Policy; facts: readonly Fact[]; before: Digests | null;
  planned: PlannedSubject; plan: Plan; now: string;
  /** What the plan keeps, and those that it followed within its batch. */
  records: readonly Kept[];
  /** What the last plan did not say just so. */
  said: readonly { publication: Publication; digest: string }[];
  digests: Digests; changed: ReadonlySet<Section>;
  /** Never planned before. */
  isFirst: boolean;
}

/**
 * 60 bits: what it tells apart are states of one part, or rows of one part, of one subject. Short, because every plan reads
 * and writes all of them.
 */
const digestLength = 10;
export const digestOf = (value: unknown, length = digestLength): string => hash("sha1", JSON.stringify(value), "base64").slice(0, length);

/** What is compared with the last plan. Holds change with the decisions about them, too. */
function contentOf(section: Section, planned: PlannedSubject, facts: readonly Fact[]): unknown {
  if (section === "dependencies") return planned.dependencies;
  if (section === "identifiers") return [planned.plan.summary.number, planned.plan.summary.identifiers];
  if (section === "holds") {
    const decided = allOf(facts, "hold.decided");
    return decided.length === 0 ? planned.plan.holds : [planned.plan.holds, decided.map(({ document }) => document)];
  }
  return planned.plan[section];
}

/** Which parts are not as the last plan left them. Of a subject whose memory is lost every part is compared with its tables; of one that was never planned, only what it has. */
export function sectionsOf(planned: PlannedSubject, facts: readonly Fact[], before: Digests | null, isFirst: boolean): { digests: Digests; changed: Set<Section> } {
  // A part that did not change keeps its rows; one that did says them anew.
  const digests: Digests = before?.rows ? { rows: { ...before.rows } } : {};
  const changed = new Set<Section>();
  for (const section of sections) {
    const content = contentOf(section, planned, facts);
    const digest = Array.isArray(content) && content.length === 0 ? "" : digestOf(content);
    digests[section] = digest;
    if ((before?.[section] ?? (isFirst ? "" : null)) !== digest) changed.add(section);
  }
  return { digests, changed };
}

/** What the last plan wrote in this part: digests, or names where these tell one row from another. */
export const keptRows = (digests: Digests | null, section: RowwiseSection | "readers"): Set<string> => new Set(digests?.rows?.[section]?.split("\n"));

/**
 * Rows of a part that the last plan did not write just so; remembers all of them for the next, by digest where `tell` does not
 * name them. Deleting what is remembered is safe.
 */
export function freshRows<T>(write: Pick<Write, "before" | "digests">, section: RowwiseSection, rows: readonly T[], tell: (row: T) => string = (row) => digestOf(row)): T[] {
  if (rows.length > longestKept) { delete write.digests.rows?.[section]; return [...rows]; }
  const told = rows.map(tell), known = keptRows(write.before, section);
  (write.digests.rows ??= {})[section] = told.join("\n");
  return rows.filter((_, place) => !known.has(told[place] ?? ""));
}

/** Only those subjects whose part changed. */
export const withChanged = (writes: readonly Write[], section: Section): Write[] => writes.filter((write) => write.changed.has(section));
export const idsOf = (writes: readonly Write[]): SubjectId[] => writes.map(({ id }) => id);
/** Rows by subject. */
export function grouped<T extends { subject: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) { const group = groups.get(row.subject); if (group) group.push(row); else groups.set(row.subject, [row]); }
  return groups;
}
