import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * What tells this process from a later one with the same number; null when the process is gone. Elsewhere than on Linux
 * only "alive" is known, so a reused number is taken for the old process there.
 * @param {number} pid
 */
export function identityOf(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return null;
  }
  if (process.platform !== "linux") return "alive";
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? null : `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${rest[18]}`;
  } catch {
    return null;
  }
}

const self = () => JSON.stringify({ pid: process.pid, identity: identityOf(process.pid) });

/** The live process named in a claim file, else null. @param {string} file */
export function holderOf(file) {
  try {
    const { pid, identity } = JSON.parse(readFileSync(file, "utf8"));
    return identityOf(pid) === identity ? pid : null;
  } catch {
    return null;
  }
}

/**
 * Takes a claim file for this process until `release` or death. Two processes that both find the claim of a dead one in
 * the same instant may both take it: accepted, since nothing here is lost by it.
 * @param {string} file
 * @returns {{ release: () => void } | { holder: number }}
 */
export function claim(file) {
  mkdirSync(path.dirname(file), { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, self(), { flag: "wx", mode: 0o600 });
      const release = () => {
        process.off("exit", release);
        if (holderOf(file) === process.pid) rmSync(file, { force: true });
      };
      process.once("exit", release);
      return { release };
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const holder = holderOf(file);
      if (holder !== null) return { holder };
      rmSync(file, { force: true });
    }
  }
}

/** @param {string} file */
const leavingOf = (file) => `${file}.leaving`;

/** Says that this process, which holds the claim file, is about to give it up; whoever wants it may wait. @param {string} file */
export const announceLeaving = (file) => void claim(leavingOf(file));

/**
 * Takes a claim file, and waits for a holder who is about to give it up.
 * @param {string} file
 * @param {{ noticeMs: number, patienceMs: number, waiting: () => void }} how `noticeMs`: a holder may not yet know that he is to leave;
 * `patienceMs`: for one who has announced it, from the first moment on; `waiting` is called once, when one has
 * @returns {Promise<{ release: () => void } | { holder: number, leaving: boolean }>}
 */
export async function claimAfter(file, { noticeMs, patienceMs, waiting }) {
  const began = Date.now();
  for (let told = false; ; await pause(50)) {
    const taken = claim(file);
    if ("release" in taken) return taken;
    const leaving = holderOf(leavingOf(file)) === taken.holder;
    if (leaving && !told) waiting();
    told ||= leaving;
    if (Date.now() - began > (leaving ? patienceMs : noticeMs)) return { ...taken, leaving };
  }
}

/**
 * Runs `work` while no other process runs anything under the same file.
 * @template T
 * @param {string} file
 * @param {() => Promise<T> | T} work
 * @param {{ noticeMs: number, waiting: (holder: number) => void }} [told] `waiting` is called once, when it has not been its turn for so long
 * @returns {Promise<T>}
 */
export async function alone(file, work, told) {
  for (let silentUntil = told ? Date.now() + told.noticeMs : Infinity; ; ) {
    const taken = claim(file);
    if ("release" in taken) {
      try {
        return await work();
      } finally {
        taken.release();
      }
    }
    if (Date.now() >= silentUntil) {
      silentUntil = Infinity;
      told?.waiting(taken.holder);
    }
    await pause(50);
  }
}

/** Who uses a thing together, so that the last to leave can stop it. @param {string} folder */
export function users(folder) {
  const mine = path.join(folder, String(process.pid));
  return {
    enter: () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(mine, self(), { mode: 0o600 });
    },
    leave: () => rmSync(mine, { force: true }),
    /** True when another live process still uses it; forgets the dead ones. */
    others: () => {
      if (!existsSync(folder)) return false;
      const files = readdirSync(folder).map((name) => path.join(folder, name)).filter((file) => file !== mine);
      const live = files.filter((file) => holderOf(file) !== null);
      for (const file of files) if (!live.includes(file)) rmSync(file, { force: true });
      return live.length > 0;
    },
  };
}
