import { one, type Query } from "./query";

export const viewPages = ["orders", "exceptions"] as const;
export type ViewPage = (typeof viewPages)[number];
export interface SavedView { id: string; name: string; query: string; shared: boolean; mine: boolean; owner: string }

/** A person's own views of a page and those that others share, own first. */
export const viewsOf = (query: Query, userId: string, page: ViewPage): Promise<SavedView[]> =>
  query.rows<SavedView>(
    `select v.id, v.name, v.query, v.shared, v.user_id = $1 as mine, u.name as owner from saved_view v join app_user u on u.id = v.user_id
     where v.page = $2 and (v.user_id = $1 or v.shared) order by v.user_id = $1 desc, lower(v.name) limit 200`, [userId, page]);

/** What a link to a view stands for, whoever follows it: a filter is no secret, what it shows follows the reader's own rights. */
export const viewQuery = async (query: Query, page: ViewPage, id: string): Promise<string | null> =>
  (await one<{ query: string }>(query, "select query from saved_view where id = $1 and page = $2", [id, page]))?.query ?? null;
