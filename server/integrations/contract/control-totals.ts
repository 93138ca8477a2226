import { z } from "zod";
import { documentKinds, type DocumentKind } from "@/server/domain/completeness";

const isKind = (word: string): word is DocumentKind => (documentKinds as readonly string[]).includes(word);
const kindsOf = (list: string): string[] => list.split(",").map((word) => word.trim()).filter((word) => word !== "");

/** Settings of a source that pushes and cannot be asked what exists: of what it states control totals, and by when. */
export const totalsSettings = {
  totals: z.string().max(200).refine((list) => kindsOf(list).every(isKind), `any of ${documentKinds.join(", ")}, parted by commas`).default("").meta({ title: "States control totals of", description: `Any of ${documentKinds.join(", ")}, parted by commas. One that does not come by its time is told (CMP-02); left empty where none is expected` }),
  totalsEveryMinutes: z.number().int().min(5).max(1440).refine((minutes) => 1440 % minutes === 0, "minutes that divide a day").default(60).meta({ title: "A control total for every (min)", description: "Windows begin at whole multiples of it since midnight UTC" }),
  totalsWithinMinutes: z.number().int().min(1).max(2880).default(15).meta({ title: "Stated within (min)", description: "After the close of its window" }),
};
const read = z.object(totalsSettings);

/** Which control totals a source is to state. */
export interface TotalsExpected { kinds: DocumentKind[]; windowSeconds: number; dueSeconds: number }
export function totalsExpected(settings: unknown): TotalsExpected | null {
  const given = read.safeParse(settings), kinds = given.success ? kindsOf(given.data.totals).filter(isKind) : [];
  return given.success && kinds.length > 0 ? { kinds, windowSeconds: given.data.totalsEveryMinutes * 60, dueSeconds: given.data.totalsWithinMinutes * 60 } : null;
}
