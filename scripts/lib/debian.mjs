import { spawnSync } from "node:child_process";
import { Refusal, say } from "./voice.mjs";

export const TRYTON = ["tryton-server", "tryton-proteus", "tryton-modules-sale", "tryton-modules-sale-credit-limit", "python3-psycopg2"];

/** @param {string} name */
const isInstalled = (name) => spawnSync("dpkg-query", ["-W", "-f=${db:Status-Status}", name], { encoding: "utf8" }).stdout?.trim() === "installed";

/**
 * Has Debian's packages installed where that may be done without asking (as root, with apt); else says what a person is to do.
 * @param {string[]} names @param {string} what it is for, in words
 */
export function debianPackages(names, what) {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const byHand = `install them on Debian 12 with "apt-get install --no-install-recommends ${missing.join(" ")}" as root`;
  const mayInstall = process.getuid?.() === 0 && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
  if (!mayInstall) throw new Refusal(`${what} needs ${missing.join(", ")}: ${byHand}.`);
  say(`installing Debian's ${missing.join(", ")} ...`);
  // packages of servers start nothing by themselves: what runs is what we start
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...missing]]) {
    if (spawnSync("apt-get", args, { env, stdio: ["ignore", 2, 2] }).status !== 0) throw new Refusal(`"apt-get ${args.join(" ")}" failed: ${byHand}.`);
  }
}
