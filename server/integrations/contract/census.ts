import type { DocumentKind, Span } from "@/server/domain/completeness";
import type { Result } from "@/server/domain/result";
import type { Session, SourceMessage } from "./connector";

/**
 * What a source says exists, so that it can be compared with what is held. It is listed in the very messages that would tell
 * of each document: our own translation then says what each would be kept as, and a missing one is taken in as it stands.
 */
export interface Census<Settings, Secrets> {
  readonly name: string;
  /** What it lists; the first is what a message of it is of. */
  readonly kinds: readonly [DocumentKind, ...DocumentKind[]];
  readonly windowSeconds: number;
  /** A window is listed again for so long after its close: what was committed late, or under a clock that is behind, lies in it. */
  readonly overlapSeconds: number;
  /** What is not here so long after the close of its window is missing. As long as its feeds take, and below 60: then a gap is a work item. */
  readonly allowanceSeconds: number;
  /** One page of all that exists in the span by the source's own time of the last change; it may hold more, never less. */
  list(session: Session<Settings, Secrets>, span: Span, page: unknown): Promise<Result<CensusPage>>;
}

export interface CensusPage {
  messages: SourceMessage[];
  /** Rows of this page as the source counts them. */
  rows: number;
  /** What the source itself counts over all pages; null where it counts nothing. */
  total: number | null;
  /** Null at the end. */
  next: unknown;
}

/** Windows and allowance that suit a source which is polled or pushes within half a minute. */
export const usualPace = { windowSeconds: 300, overlapSeconds: 300, allowanceSeconds: 30 } as const;
