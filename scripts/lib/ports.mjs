import net from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "./voice.mjs";

const LOOPBACK = "127.0.0.1";

/** The port bound for a moment: its number when that worked (0 picks any), else the error code. @param {number} port @returns {Promise<number | string>} */
const bind = (port) =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? "unknown"));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const { port: bound } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(bound));
    });
  });

/** @param {string} variable @param {number} fallback */
export function portFrom(variable, fallback) {
  const text = process.env[variable];
  if (!text) return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Refusal(`${variable}=${text} is not a port: give a number from 1 to 65535.`);
  return port;
}

/** @param {number} port @param {string} variable the setting by which a person chooses another */
export async function mustBeFree(port, variable) {
  const bound = await bind(port);
  if (bound === port) return;
  if (bound === "EACCES") throw new Refusal(`Port ${port} may not be opened by this account: choose one above 1023 with ${variable}.`);
  throw new Refusal(`Port ${port} is in use by another program: stop that program, or choose another port with ${variable}.`);
}

const POLL_MS = 100;

/**
 * The same for several in a row from `first`, each with a name for people; null where the port is not used. A port may be held a moment longer by processes of a
 * tower that was killed, which end by themselves. @param {number} first @param {(string | null)[]} names @param {string} variable @param {number} patienceMs
 */
export async function mustBecomeFree(first, names, variable, patienceMs) {
  const end = Date.now() + patienceMs;
  for (const [index, name] of names.entries())
    for (const port = first + index; name !== null && (await bind(port)) !== port; await pause(POLL_MS))
      if (Date.now() > end) throw new Refusal(`Port ${port} (for ${name}) is in use by another program: stop that program, or choose other ports with ${variable} (${names.length} in a row).`);
}

/** The wanted port, or any free one when it is taken. @param {number} port */
export async function freeNear(port) {
  if ((await bind(port)) === port) return port;
  const other = await bind(0);
  if (typeof other === "number") return other;
  throw new Refusal(`No port on ${LOOPBACK} can be opened (${other}).`);
}
