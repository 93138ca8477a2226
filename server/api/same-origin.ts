const hostOf = (address: string): string | null => (URL.canParse(address) ? new URL(address).host : null);

/**
 * Whether a page of somebody else sends this act, with the session of whoever looks at it. The browser's own word counts first;
 * where it says none, the page's origin must be the address that was asked or the public one.
 */
export function isForeign(request: Request, publicAddress: string): boolean {
  if (request.method === "GET" || request.method === "HEAD") return false;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = request.headers.get("origin");
  if (origin === null) return false;
  const host = hostOf(origin);
  return host === null || (host !== request.headers.get("host") && host !== hostOf(publicAddress));
}
