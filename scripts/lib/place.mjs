import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json, whatever the caller's working directory. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** @param {string[]} parts */
export const at = (...parts) => path.join(root, ...parts);

/** Where this installation keeps what it must remember: database files, secrets, logs, addresses. Absolute. */
export const stateDir = path.resolve(root, process.env.TOWER_STATE_DIR || ".tower");

/** @param {string[]} parts */
export const inState = (...parts) => path.join(stateDir, ...parts);

/** A path as a person at the root of the repo would type it. @param {string} file */
export const shown = (file) => {
  const relative = path.relative(root, file);
  return relative.startsWith("..") ? file : relative;
};
