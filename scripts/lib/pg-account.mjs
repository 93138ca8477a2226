import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { Refusal } from "./voice.mjs";

/**
 * How a PostgreSQL program is to be run. It refuses to run as root, so root needs some other account for it.
 * @typedef {object} Account
 * @property {(binary: string, args: string[]) => [string, string[]]} command
 * @property {{ uid?: number, gid?: number }} options
 * @property {(file: string) => void} own makes a file or folder (with all in it) belong to the account
 */

const NOBODY = "65534";

/** @type {Account} */
const caller = { command: (binary, args) => [binary, args], options: {}, own: () => undefined };

/**
 * A user namespace in which the caller's files look like nobody's: needs no account and can reach binaries below a folder
 * that only the caller may enter.
 * @type {Account}
 */
const namespace = { ...caller, command: (binary, args) => ["unshare", ["-U", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, binary, ...args]] };

/** @param {number} uid @param {number} gid @returns {Account} */
const other = (uid, gid) => ({ ...caller, options: { uid, gid }, own: (file) => void execFileSync("chown", ["-R", `${uid}:${gid}`, file]) });

/** @param {string} name */
function idsOf(name) {
  try {
    const id = (/** @type {string} */ flag) => Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }).toString());
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return null;
  }
}

/** False for a bare number, as in a container run for some user: PostgreSQL wants a name to go with it. */
function callerHasName() {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

/** @param {Account} account @param {string} probe a PostgreSQL program */
function works(account, probe) {
  const [command, args] = account.command(probe, ["--version"]);
  return spawnSync(command, args, { ...account.options, cwd: "/", stdio: "ignore" }).status === 0;
}

/**
 * @param {string} dataDir keeps the account that it was made with, as long as that still works
 * @param {string} probe a PostgreSQL program
 * @returns {Account}
 */
export function accountFor(dataDir, probe) {
  if (process.getuid?.() !== 0) return callerHasName() || !works(namespace, probe) ? caller : namespace;
  const owner = existsSync(dataDir) ? statSync(dataDir) : null;
  const named = ["postgres", "nobody"].flatMap((name) => idsOf(name) ?? []);
  const accounts = [...(owner && owner.uid !== 0 ? [other(owner.uid, owner.gid)] : [namespace]), ...named.map(({ uid, gid }) => other(uid, gid))];
  const account = accounts.find((each) => works(each, probe));
  if (!account) throw new Refusal("PostgreSQL will not run as root, and no other account here can reach its program: run this as an ordinary user, or in a folder that the account postgres or nobody can read.");
  if (owner && account.options.uid !== undefined && account.options.uid !== owner.uid) account.own(dataDir);
  return account;
}
