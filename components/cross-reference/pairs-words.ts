import type { CodePairs, CodeToPair } from "@/server/api/shapes";
import type { PairsFilter } from "./pairs";

/** A code with a suggestion that can be taken. */
export type Taken = CodeToPair & { pair: NonNullable<CodeToPair["pair"]> };
const suggested = (row: CodeToPair): row is Taken => row.pair !== null;

export const pairKey = ({ entity, kind, system, code }: CodeToPair): string => [entity, kind, system, code].join("|");
export const takeable = (codes: readonly CodeToPair[], picked: ReadonlySet<string>): Taken[] => codes.filter(suggested).filter((row) => picked.has(pairKey(row)));
/** Certain pairs of entities in which the person may write. */
export const sureOf = (codes: readonly CodeToPair[], writable: CodePairs["writable"]): Taken[] => codes.filter(suggested).filter(({ pair, entity }) => pair.confidence === "certain" && writable[entity] === null);
export const codesText = (count: number): string => (count === 1 ? "1 code" : `${count.toLocaleString("en-US")} codes`);
/** "same name, counted in BX there, in EA here; CUST-2 fits as well". */
export const becauseText = ({ pair }: Taken): string => pair.because.join(", ") + (pair.rival === null ? "" : `; ${pair.rival} fits as well`);

export function pairsHref({ kind, system }: { [Part in keyof PairsFilter]?: string | undefined }): string {
  const query = new URLSearchParams({ ...(kind ? { kind } : {}), ...(system ? { system } : {}) }).toString();
  return query === "" ? "/cross-reference/pairs" : `/cross-reference/pairs?${query}`;
}
