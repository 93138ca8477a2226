/** What is opened: a row of the cross-reference, a code that is missing on one side, or a new one. */
export interface OpenMapping { entity: string; kind: string; system: string; code: string; canonical: string }
export interface MappingSearch { kind?: string | undefined; system?: string | undefined; q?: string | undefined; open?: OpenMapping | "new" | undefined }

const text = (value: string | string[] | undefined): string | undefined => (typeof value === "string" && value !== "" && value.length <= 500 ? value : undefined);

/** Parts with bars between; each may hold anything. */
export const openText = ({ entity, kind, system, code, canonical }: OpenMapping): string => [entity, kind, system, code, canonical].map((part) => part.replaceAll("%", "%25").replaceAll("|", "%7C")).join("|").replace(/\|+$/, "");
function openOf(value: string | undefined): MappingSearch["open"] {
  if (value === undefined || value === "new") return value;
  const [entity = "", kind = "", system = "", code = "", canonical = ""] = value.split("|").map((part) => part.replaceAll("%7C", "|").replaceAll("%25", "%"));
  return entity && kind && system && (code || canonical) ? { entity, kind, system, code, canonical } : undefined;
}

/** Reads an address; what is not understood is as if it were not there. */
export function mappingSearch(parameters: Record<string, string | string[] | undefined>): MappingSearch {
  const kind = text(parameters["kind"]), system = text(parameters["system"]), q = text(parameters["q"])?.slice(0, 80), open = openOf(text(parameters["open"]));
  return { ...(kind ? { kind } : {}), ...(system ? { system } : {}), ...(q ? { q } : {}), ...(open ? { open } : {}) };
}

/** The page with some parts changed; `null` takes a part away. */
export function mappingHref(search: MappingSearch, change: { kind?: string | null; system?: string | null; q?: string | null; open?: OpenMapping | "new" | null }): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...search, ...change })) if (value) query.set(name, typeof value === "string" ? value : openText(value));
  const all = query.toString();
  return all ? `/cross-reference?${all}` : "/cross-reference";
}
