import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { Refusal, say } from "./voice.mjs";

const DEBIAN = "/usr/bin/chromium";
const BY_HAND = 'install Chromium ("apt-get install chromium" on Debian) or give the path of one in CHROMIUM';

/** The browser for tests: that of CHROMIUM, else Debian's, which is installed where that may be done without asking. */
export function chromium() {
  const chosen = process.env.CHROMIUM;
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Refusal(`There is no browser at CHROMIUM=${chosen}: ${BY_HAND}.`);
  }
  if (existsSync(DEBIAN)) return DEBIAN;
  const mayInstall = process.getuid?.() === 0 && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
  if (!mayInstall) throw new Refusal(`The browser tests need Chromium: ${BY_HAND}.`);
  say("installing Debian's Chromium ...");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    if (spawnSync("apt-get", args, { env, stdio: ["ignore", 2, 2] }).status !== 0) throw new Refusal(`"apt-get ${args.join(" ")}" failed: ${BY_HAND}.`);
  }
  return DEBIAN;
}
