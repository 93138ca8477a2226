import type { Window } from "@/server/domain/figures/time";
import type { Entities } from "./exceptions";
import { fixesTried, fixVerified, joinParts } from "./flow";
import { pageOf, placeOf, type Page, type Query } from "./query";

/** One fix that sent something again or fetched it, or a mapping. `verified` of `total` commands, or documents that waited, were read back as right, or are held; all of them make it a verified fix. */
export interface FixRow { id: string; triedAt: string; verb: string; author: string; reason: string; fingerprint: string | null; code: string | null; title: string | null; total: number; verified: number }

/** The fixes that the verified fix rate of a window counts, newest first, by keyset. */
export async function fixPage(query: Query, entities: Entities, window: Window, { result, cursor, limit }: { result: "all" | "verified" | "open"; cursor?: string | undefined; limit: number }): Promise<Page<FixRow>> {
  return pageOf(await query.rows<FixRow & { at: string[] }>(
    `select f.id, f.created_at as "triedAt", f.verb, coalesce(u.name, f.author) as author, f.reason, f.fingerprint, g.code, g.title, part.total, part.verified, array[f.created_at::text, f.id] as at
     from fix_attempt f left join app_user u on u.id = f.author left join exception_group g on g.fingerprint = f.fingerprint ${joinParts}
     where ${fixesTried} and ($4 = 'all' or ($4 = 'verified') = (${fixVerified})) and ($5::timestamptz is null or (f.created_at, f.id) < ($5, $6)) order by f.created_at desc, f.id desc limit $7`,
    [entities, window.from, window.to, result, ...placeOf(cursor, 2), limit + 1]), limit);
}
