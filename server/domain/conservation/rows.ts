import type { DecimalString } from "../decimal";
import type { Day, Instant } from "../instant";
import type { MovementTerm, Slice } from "../movements";
import type { SubjectId } from "../subject";

/** A movement as it was appended: a difference, never a total. */
export interface MovementRow {
  subject: SubjectId;
  line: string;
  term: MovementTerm;
  document: string;
  quantity: DecimalString;
  amount: DecimalString;
  currency: string;
  effectiveOn: Day;
  period: string | null;
  recordedAt: Instant;
}

/** A slice with whose it is. `validFrom` and `validTo` where history is read; a current slice has no `validTo`. */
export type SliceRow = Slice & { subject: SubjectId; validFrom?: Instant; validTo?: Instant | null };

/** As of (D, K): documents dated up to `day`, as known at `known` (domain.md 5.1). */
export interface AsOf { day?: Day; known?: Instant }

export interface Books {
  movements: readonly MovementRow[];
  slices: readonly SliceRow[];
  /** Connectors that do not answer: what waits for them counts as exception, though no slice is rewritten. */
  connectorsDown?: ReadonlySet<string>;
}

/** The rows as they were known at an instant. */
export const knownAt = (books: Books, known: Instant | undefined): Books =>
  known === undefined
    ? { ...books, slices: books.slices.filter((slice) => slice.validTo == null) }
    : {
        ...books,
        movements: books.movements.filter((row) => row.recordedAt <= known),
        slices: books.slices.filter((slice) => (slice.validFrom ?? "") <= known && (slice.validTo == null || slice.validTo > known)),
      };

/** The slice as the screens count it: by precedence exception, held, in flight, waiting, with the connectors that are down joined in. */
export function withConnectors(slice: SliceRow, down: ReadonlySet<string> | undefined): SliceRow {
  if (!down?.size || !slice.holder.startsWith("target:") || !down.has(slice.holder.slice("target:".length))) return slice;
  return slice.bucket === "waiting" || slice.bucket === "in_flight" ? { ...slice, bucket: "exception" } : slice;
}
