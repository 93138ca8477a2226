export interface TowerSearch { channel?: string | undefined; currency?: string | undefined }

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** What the address says; anything unknown counts as not chosen. */
export function towerSearch(parameters: Record<string, string | string[] | undefined>): TowerSearch {
  const channel = first(parameters["channel"]), currency = first(parameters["currency"]);
  return { ...(channel && channel.length <= 40 ? { channel } : {}), ...(currency && /^[A-Z]{3}$/.test(currency) ? { currency } : {}) };
}

/** The Tower with some of its filter changed; `null` takes a part away. */
export function towerHref(search: TowerSearch, change: { channel?: string | null; currency?: string | null }): string {
  return href("/", { ...search, ...change });
}

/** The list that a figure counts, with the Tower's filter. */
export const ordersHref = (search: TowerSearch, filter: Record<string, string | number | undefined>): string => href("/orders", { channel: search.channel, ...filter });

function href(path: string, parameters: Record<string, string | number | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** A channel's code as people write it. */
export const channelName = (channel: string): string => (channel === "edi" || channel === "b2b" || channel === "api" ? channel.toUpperCase() : `${channel.charAt(0).toUpperCase()}${channel.slice(1).replaceAll("_", " ")}`);
