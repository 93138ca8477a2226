import type { SlotToAdopt } from "@/server/api/shapes";

/** A slot with a document that may be its invoice. */
export type Paired = SlotToAdopt & { pair: NonNullable<SlotToAdopt["pair"]>; document: NonNullable<SlotToAdopt["document"]> };
export const isPaired = (row: SlotToAdopt): row is Paired => row.pair !== null && row.document !== null;

export const shows = ["", "suggested", "differs", "rest"] as const;
export type Show = (typeof shows)[number];
export const showWords: Record<Show, string> = { "": "All", suggested: "Suggested", differs: "Differ", rest: "Nothing found" };
export const showOf = ({ pair }: Pick<SlotToAdopt, "pair">): Exclude<Show, ""> => (pair === null ? "rest" : pair.differs.length > 0 ? "differs" : "suggested");
export const shown = (rows: readonly SlotToAdopt[], show: Show): SlotToAdopt[] => rows.filter((row) => show === "" || showOf(row) === show);

export const slotKey = ({ subject }: SlotToAdopt): string => subject;
export const paired = (rows: readonly SlotToAdopt[], picked: ReadonlySet<string>): Paired[] => rows.filter(isPaired).filter((row) => picked.has(slotKey(row)));
/** Certain ones, if the person may decide at all. */
export const sureOf = ({ rows, missing }: { rows: readonly SlotToAdopt[]; missing: string | null }): Paired[] => (missing === null ? rows.filter(isPaired).filter(({ pair }) => pair.confidence === "certain") : []);
export const adoptable = (rows: readonly Paired[]): Paired[] => rows.filter(({ pair }) => pair.differs.length === 0);

export const invoicesText = (count: number): string => (count === 1 ? "1 invoice" : `${count.toLocaleString("en-US")} invoices`);
/** "names order SO-1, same amount before tax; INV-9 fits as well", or what speaks against it first. */
export const becauseText = ({ pair }: Paired): string =>
  [...pair.differs, ...pair.because].join(", ") + (pair.rival === null ? "" : `; ${pair.rival.split(":").at(-1) ?? pair.rival} fits as well`);

export const adoptHref = ({ entity, show = "" }: { entity?: string | undefined; show?: Show | undefined }): string => {
  const query = new URLSearchParams({ ...(entity ? { entity } : {}), ...(show ? { show } : {}) }).toString();
  return query === "" ? "/routes/adopt" : `/routes/adopt?${query}`;
};
