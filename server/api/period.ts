import { z } from "zod";
import { localDay } from "@/server/domain/calendar";
import { isPeriod, longestPeriod, type Period } from "@/server/domain/figures/time";
import { addDays, day } from "@/server/domain/instant";
import { entityList } from "@/server/read/shell";
import type { Entities } from "@/server/read/exceptions";
import type { Services } from "./services";

/** Two days, both of them in it. */
export const dayRange = z.object({ from: day, to: day }).refine(isPeriod, `A period of 1 to ${longestPeriod} days`);
/** The last days with today, or two days. */
export const periodInput = z.union([z.object({ days: z.number().int().min(1).max(longestPeriod) }), dayRange]);

/** Days are those of the legal entity that is looked at, of several the first one's. */
export async function periodOf(services: Services, entities: Entities, asked: z.infer<typeof periodInput>): Promise<Period> {
  const zone = (await entityList(services.query, entities))[0]?.zone ?? "UTC";
  if ("from" in asked) return { ...asked, zone };
  const today = localDay({ zone }, services.now());
  return { from: addDays(today, 1 - asked.days), to: today, zone };
}
