export const THEME_COOKIE = "tower-theme";
export const DENSITY_COOKIE = "tower-density";
export const ENTITY_COOKIE = "tower-entity";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
export const densities = ["compact", "default", "roomy"] as const;
export type Density = (typeof densities)[number];

export interface Preferences { theme: Theme; density: Density }

/** What the cookies say; anything unknown counts as not chosen. */
export function readPreferences(cookie: (name: string) => string | undefined): Preferences {
  const theme = cookie(THEME_COOKIE);
  const density = cookie(DENSITY_COOKIE);
  return { theme: themes.find((known) => known === theme) ?? "system", density: densities.find((known) => known === density) ?? "default" };
}

/** Attributes of `<html>` for a choice; the defaults have none, so that the system decides. */
export function htmlAttributes({ theme, density }: Preferences): { "data-theme"?: Theme; "data-density"?: Density } {
  return { ...(theme !== "system" && { "data-theme": theme }), ...(density !== "default" && { "data-density": density }) };
}
