import net from "node:net";
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

/** The wanted port, or any free one when it is taken. @param {number} port */
export async function freeNear(port) {
  if ((await bind(port)) === port) return port;
  const other = await bind(0);
  if (typeof other === "number") return other;
  throw new Refusal(`No port on ${LOOPBACK} can be opened (${other}).`);
}
