import { mappingSearch } from "@/components/cross-reference/search";
import { api } from "@/server/api/caller";
import { mappedKinds } from "@/server/domain/mapped-kinds";
import { csvList } from "../../csv";

const columns = ["entity", "kind", "system", "code", "canonical", "name", "used", "updatedAt", "by"] as const;

/** All rows that the filter of the cross-reference says, as CSV. */
export async function GET(request: Request): Promise<Response> {
  const { kind: asked, system, q } = mappingSearch(Object.fromEntries(new URL(request.url).searchParams));
  const kind = mappedKinds.find((known) => known === asked);
  const filter = { ...(kind ? { kind } : {}), ...(system ? { system } : {}), ...(q ? { q } : {}) };
  const caller = await api();
  return csvList("cross-reference", columns, (page) => caller.crossReference.list({ ...filter, ...page }), ({ items }) => items.map((row) => columns.map((column) => row[column])));
}
