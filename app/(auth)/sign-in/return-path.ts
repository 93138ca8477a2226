/** Where to go after sign-in: a path of this site only, never another host and never sign-in itself. */
export function returnPath(asked: string | undefined): string {
  if (asked === undefined) return "/";
  try {
    const base = "http://tower.invalid";
    const url = new URL(asked, base);
    if (url.origin !== base || !asked.startsWith("/") || url.pathname.startsWith("/sign-in")) return "/";
    return `${url.pathname}${url.search}${url.hash}`;
  } catch {
    return "/";
  }
}
