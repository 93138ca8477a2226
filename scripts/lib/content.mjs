import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { at } from "./place.mjs";

/**
 * Hash of the contents below some paths of the repo. By content and not by time: after a checkout times mean nothing.
 * @param {string[]} names
 * @param {RegExp} [except] paths, with forward slashes, that do not count
 */
export function digest(names, except) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  /** @param {string} name */
  const walk = (name) => {
    if (except?.test(name)) return;
    const file = at(name);
    if (!existsSync(file)) return;
    if (statSync(file).isDirectory()) for (const child of readdirSync(file).sort()) walk(path.posix.join(name, child));
    else hash.update(`\0${name}\0`).update(readFileSync(file));
  };
  for (const name of names) walk(name);
  return hash.digest("hex");
}

/**
 * A step of preparation: done when its stamp says so for the same inputs and its output is still there.
 * @typedef {{ stamp: string, want: string, output: string }} Step
 */

/** @param {Step} step */
export const isDone = ({ stamp, want, output }) => existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === want;

/** @param {Step} step */
export function markDone({ stamp, want }) {
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, want);
}
