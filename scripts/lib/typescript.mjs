import { statSync } from "node:fs";
import { enableCompileCache, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { at, root } from "./place.mjs";

/**
 * Lets Node run the repo's TypeScript by itself: it takes the types away and changes nothing else (a loader that keeps the
 * names of inner functions makes planning a fifth dearer). What Node lacks is told here: where `@/` is, and the endings.
 * What it made of a file is kept, so that a program starts in a third of the time of its first run.
 */
enableCompileCache(at("node_modules/.cache/node"));
const home = pathToFileURL(`${root}/`);
const endings = ["", ".ts", ".tsx", "/index.ts"];

/** @param {URL} url */
const isFile = (url) => statSync(url, { throwIfNoEntry: false })?.isFile() ?? false;

/** @param {string} specifier @param {string | undefined} parent */
function placeOf(specifier, parent) {
  if (specifier.startsWith("@/")) return new URL(specifier.slice(2), home);
  const isOurs = /^\.\.?\//.test(specifier) && parent?.startsWith(home.href) && !parent.includes("/node_modules/");
  return isOurs ? new URL(specifier, parent) : null;
}

registerHooks({
  resolve(specifier, context, next) {
    const place = placeOf(specifier, context.parentURL);
    if (!place) return next(specifier, context);
    const found = endings.map((ending) => new URL(place.href + ending)).find(isFile);
    return next((found ?? place).href, context);
  },
});
