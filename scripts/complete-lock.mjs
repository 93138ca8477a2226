// npm leaves a package for another platform out of the lock when the registry in reach does not serve it, and `npm ci` then
// refuses the lock as incomplete. This enters such packages as optional, without a checksum; run it after every change of
// the lock. os, cpu and libc are read from the name, as those packages are named for them.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
/** @type {Record<string, { version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }>} */
const packages = lock.packages;

/** @type {Record<string, string>} */
const SYSTEMS = { android: "android", darwin: "darwin", linux: "linux", win: "win32", win32: "win32", windows: "win32", freebsd: "freebsd", openbsd: "openbsd", netbsd: "netbsd", sunos: "sunos", aix: "aix", openharmony: "openharmony" };
const PROCESSORS = new Set(["x64", "arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32"]);

/** Whether Node would find the package from that folder. @param {string} from @param {string} name */
function isFound(from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (packages[`${folder ? `${folder}/` : ""}node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

/** @param {string} name @param {string} range @param {boolean} dev */
function entry(name, range, dev) {
  const words = (name.split("/").at(-1) ?? "").split(/[-_]/);
  const system = words.map((word) => SYSTEMS[word]).find(Boolean);
  const processor = words.find((word) => PROCESSORS.has(word));
  return {
    version: range.replace(/^[\^~]/, ""),
    ...(dev ? { dev } : {}),
    optional: true,
    ...(processor ? { cpu: [processor] } : {}),
    ...(system ? { os: [system] } : {}),
    ...(words.includes("musl") ? { libc: ["musl"] } : {}),
  };
}

/** @type {string[]} */
const added = [];
for (const [place, { dev = false, optionalDependencies = {} }] of Object.entries({ ...packages })) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    if (isFound(place, name)) continue;
    packages[`node_modules/${name}`] = entry(name, range, dev);
    added.push(name);
  }
}
if (added.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
process.stdout.write(added.length > 0 ? `${added.length} packages entered:\n${added.join("\n")}\n` : "the lock is complete\n");
