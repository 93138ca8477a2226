/** The chosen group of findings, as the address says it. */
export interface FindingSearch { code?: string; entity?: string }

/** Reads an address; what is not understood is as if it were not there. */
export function findingSearch(parameters: Record<string, string | string[] | undefined>): FindingSearch {
  const { code, entity } = parameters;
  return { ...(typeof code === "string" && /^FND-\d{2}$/.test(code) ? { code } : {}), ...(typeof entity === "string" && entity !== "" && entity.length <= 12 ? { entity } : {}) };
}

export function findingsHref({ code, entity }: FindingSearch): string {
  const query = new URLSearchParams({ ...(code ? { code } : {}), ...(code && entity ? { entity } : {}) }).toString();
  return query ? `/exceptions/findings?${query}` : "/exceptions/findings";
}
