export interface RouteSearch { route?: string | undefined }

/** Which route is open: `US01/finance/*`. */
export function routeSearch(parameters: Record<string, string | string[] | undefined>): RouteSearch {
  const route = Array.isArray(parameters["route"]) ? parameters["route"][0] : parameters["route"];
  return route && route.length <= 80 ? { route } : {};
}

export const routeKey = (entity: string, route: { capability: string; document: string }): string => `${entity}/${route.capability}/${route.document}`;
export const routePage = (key: string | null): string => (key === null ? "/routes" : `/routes?route=${encodeURIComponent(key)}`);
