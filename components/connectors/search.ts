export interface ConnectorSearch { connector?: string | undefined; show?: "problems" | undefined }

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** What the address says; anything unknown counts as not chosen. */
export function connectorSearch(parameters: Record<string, string | string[] | undefined>): ConnectorSearch {
  const connector = first(parameters["connector"]);
  return { ...(connector && connector.length <= 80 ? { connector } : {}), ...(first(parameters["show"]) === "problems" ? { show: "problems" as const } : {}) };
}

/** The page with some parts changed; `null` takes a part away. */
export function connectorHref(search: ConnectorSearch, change: { connector?: string | null; show?: "problems" | null }): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...search, ...change })) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `/connectors?${text}` : "/connectors";
}
