import { createHash } from "node:crypto";
import { connect, isIP, type Socket } from "node:net";
import SftpClient from "ssh2-sftp-client";
import { fail, ok, type Result } from "@/server/domain/result";
import { guardedLookup, mayCall } from "../http/guard";
import type { DropSession } from "./config";

const connectMs = 8_000;
export interface Entry { name: string; size: number; modified: number; isFile: boolean }

/** What a server without the file says. */
export class Missing extends Error {}

/** What may be done over one connection. Every path is a folder of the settings with a name that was checked. */
export interface Files {
  list(folder: string): Promise<Entry[]>;
  /** Bytes from `from` on; the connection may be closed before their end. */
  read(path: string, from: number): AsyncIterable<Buffer>;
  move(from: string, to: string): Promise<void>;
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
}

interface Connection { files: Files; close(): void }

/** Connections that outlive a page of a feed, by the signal that ends its turn. */
const ofTurns = new WeakMap<AbortSignal, Connection>();

/** Runs one piece of work over a connection: of its own, or one that lasts until the session's signal ends the turn. TEC-02: another host key, or our key refused; TEC-01: all else that a try later may mend. */
export async function withFiles<T>(session: DropSession, lasts: "call" | "turn", work: (files: Files) => Promise<T>): Promise<Result<T>> {
  const { signal, settings } = session, shown: { hostKey: string | null } = { hostKey: null };
  let connection = ofTurns.get(signal);
  try {
    connection ??= await dial(session, shown);
    const answer = await work(connection.files);
    if (lasts === "turn" && !signal.aborted) ofTurns.set(signal, connection);
    else connection.close();
    return ok(answer);
  } catch (error) {
    ofTurns.delete(signal);
    connection?.close();
    return refusal(error as Error, shown.hostKey, settings.hostKey);
  }
}

function refusal(error: Error, shown: string | null, expected: string): Result<never> {
  if (shown !== null && shown !== expected) return fail("TEC-02", `The server shows another host key: ${shown}. Nothing was sent; ask its owner before the setting is changed`);
  const message = error.message.replace(/^\S+: /, "").slice(0, 300);
  if (/authentication methods failed|parse privateKey|passphrase|no auth/i.test(message)) return fail("TEC-02", `The server refused our key: ${message}`);
  if (/permission denied/i.test(message)) return fail("TEC-02", `The server refused our rights: ${message}`);
  return fail("TEC-01", `The drop cannot be read: ${message}`);
}

/** Closed with the session's signal at the latest. */
async function dial({ settings, secrets, signal }: DropSession, shown: { hostKey: string | null }): Promise<Connection> {
  const client = new SftpClient("ledgerline", { error: () => undefined, end: () => undefined, close: () => undefined });
  const socket = await guardedSocket(settings.host, settings.port, settings.allowPrivateNetwork);
  const close = (): void => { signal.removeEventListener("abort", close); socket.destroy(); };
  signal.addEventListener("abort", close, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect({
      sock: socket, username: settings.username, privateKey: wrapped(secrets.privateKey), ...(secrets.passphrase === undefined ? {} : { passphrase: secrets.passphrase }), readyTimeout: connectMs, authHandler: ["publickey"],
      hostVerifier: (key: Buffer) => { shown.hostKey = `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`; return shown.hostKey === settings.hostKey; },
    });
    return { files: filesOf(client), close };
  } catch (error) { close(); throw error; }
}

function guardedSocket(host: string, port: number, allowPrivateNetwork: boolean): Promise<Socket> {
  if (isIP(host) !== 0 && !mayCall(host, allowPrivateNetwork)) return Promise.reject(new Error(`${host} is an inward address`));
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup(allowPrivateNetwork) });
    socket.setTimeout(connectMs, () => { socket.destroy(new Error(`no answer within ${connectMs} ms`)); });
    socket.once("error", reject);
    // later errors are the client's to tell
    socket.once("connect", () => { socket.off("error", reject); socket.on("error", () => undefined); resolve(socket); });
  });
}

function filesOf(client: SftpClient): Files {
  const known = async <T>(call: Promise<T>): Promise<T> => {
    try { return await call; } catch (error) { throw /no such file/i.test((error as Error).message) ? new Missing((error as Error).message) : error; }
  };
  return {
    list: async (folder) => (await known(client.list(folder))).map((entry) => ({ name: entry.name, size: entry.size, modified: entry.modifyTime, isFile: entry.type === "-" })),
    read: (path, from) => readFrom(client, path, from),
    move: async (from, to) => { await known(client.rename(from, to)); },
    write: async (path, text) => { await client.put(Buffer.from(text), path); },
    remove: async (path) => { await known(client.delete(path)); },
    makeFolder: async (path) => { if (!(await client.exists(path))) await client.mkdir(path, true); },
  };
}

async function* readFrom(client: SftpClient, path: string, from: number): AsyncGenerator<Buffer> {
  const stream = client.createReadStream(path, { start: from });
  // who stops reading, or loses the connection, leaves requests behind: their end is nobody's error any more
  stream.on("error", () => undefined);
  try { yield* stream as AsyncIterable<Buffer>; } finally {
    if (!stream.closed) await new Promise<void>((done) => { stream.once("close", () => { done(); }); setTimeout(done, 200).unref(); stream.destroy(); });
  }
}

/** A key whose line breaks were lost on the way through a form's single line gets them again. */
function wrapped(key: string): string {
  const parts = /^\s*(-----BEGIN [A-Z ]+-----)\s*([A-Za-z0-9+/=\s]+?)\s*(-----END [A-Z ]+-----)\s*$/.exec(key);
  return parts ? `${parts[1]}\n${(parts[2] ?? "").replace(/\s+/g, "").replace(/.{1,70}/g, "$&\n")}${parts[3]}\n` : key;
}
