import { naturalKey, type CommandKind } from "./commands";
import { digestOf } from "./decisions";
import type { SubjectId } from "./subject";

/** Longest reference that every contract and most ledgers take. */
const longest = 80;

/**
 * What the target must repeat so that a document can be found again: the natural key, or where that is too long its
 * beginning and a digest of the whole. It names no target system, so rerouting keeps it.
 */
export function referenceOf(subject: SubjectId, command: { kind: CommandKind; slot: string; sequence: number }): string {
  const key = naturalKey(subject, command);
  return key.length <= longest ? key : `${key.slice(0, longest - 17)}~${digestOf(key)}`;
}
