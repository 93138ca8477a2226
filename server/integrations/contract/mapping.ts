import type { Instant } from "@/server/domain/instant";
import type { Result } from "@/server/domain/result";

/** A field of ours that a mapping may fill from a file. */
export interface MappingTarget { name: string; title: string; kind: "text" | "decimal" | "day" | "instant" | "whole"; /** A line's own, or the same in all rows of a document. */ level: "document" | "line"; required: boolean }

/** Why a row gives no event; `row` as counted in its file, the header being 1. */
export interface RowError { row: number; field: string; column: string | null; message: string }

/** What a sample would become. Each row is in exactly one document, with its event or with what is wrong. */
export interface MappingTrial {
  columns: readonly string[];
  /** Why a file like this would be set aside whole. */
  refused: string | null;
  documents: readonly { rows: readonly number[]; key: string; event: { type: string; at: Instant; data: unknown } | null; errors: readonly RowError[] }[];
}

/** Files that are read by a mapping which administrators edit. */
export interface FileMapping {
  /** Name of the setting that holds the mappings, a list. */
  readonly setting: string;
  /** By kind of document. */
  readonly targets: Readonly<Record<string, readonly MappingTarget[]>>;
  /** The most that a mapping is tried on at once. */
  readonly sample: { characters: number; lines: number };
  /** Tries a mapping that need not be saved on a sample's text; no calls, nothing is kept. */
  tryOn(mapping: unknown, text: string): Promise<Result<MappingTrial>>;
}
