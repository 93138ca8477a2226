"use client";
import { DENSITY_COOKIE, ENTITY_COOKIE, THEME_COOKIE, type Density, type Theme } from "./preferences";

const YEAR_S = 365 * 24 * 60 * 60;

function keep(name: string, value: string | null): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = value === null ? `${name}=; Path=/; Max-Age=0; SameSite=Lax${secure}` : `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}

/** Applies at once; the server writes it into every page from now on, so there is no flash. */
export function chooseTheme(theme: Theme): void {
  keep(THEME_COOKIE, theme === "system" ? null : theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Row height. Under a finger rows are 44 px whatever was chosen. */
export function chooseDensity(density: Density): void {
  keep(DENSITY_COOKIE, density === "default" ? null : density);
  if (density === "default") delete document.documentElement.dataset["density"];
  else document.documentElement.dataset["density"] = density;
}

/** The entity that every page shows; null for all. Takes effect with the next request. */
export function chooseEntity(code: string | null): void {
  keep(ENTITY_COOKIE, code);
}
