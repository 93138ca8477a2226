import type { CauseBucket, CausePart } from "@/server/api/shapes";
import { exceptionCatalogue, type ExceptionCode } from "@/server/domain/exceptions";

export const partWords: Readonly<Record<CausePart | "team", string>> = { code: "Error code", connector: "Connector", item: "Item", owner: "Owner", team: "Team" };
const without: Readonly<Record<CausePart, string>> = { code: "No code", connector: "No connector", item: "No item", owner: "Nobody" };

/** What a bucket is called, and its own mark beside it where it has another name. */
export function bucketName(by: CausePart, { value, label }: Pick<CauseBucket, "value" | "label">): { name: string; mark: string | null } {
  if (value === "-") return { name: without[by], mark: null };
  if (by === "code") return { name: value in exceptionCatalogue ? exceptionCatalogue[value as ExceptionCode].name : value, mark: value };
  if (by === "owner") return { name: label ?? teamName(value), mark: label === null ? "team" : null };
  return { name: label ?? value, mark: label === null || label === value ? null : value };
}

export const teamName = (team: string): string => { const words = team.replaceAll("_", " "); return words.charAt(0).toUpperCase() + words.slice(1); };
