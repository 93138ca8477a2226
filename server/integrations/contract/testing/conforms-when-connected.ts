import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { contracts, cloudEventType } from "@/server/domain/contracts/registry";
import { examples } from "@/server/domain/contracts/examples";
import { acceptedTypes } from "../cloud-event";
import { integrationsOf, lease, testNow, type Setup } from "./conformance";

/** What a broker's test tells the kit of the protocol that its vendor speaks. */
export interface Connecting {
  setup: Setup;
  /** Of its addresses: without and with encryption. */
  protocols: readonly [plain: string, secure: string];
  /** The first bytes that a server sends; null where the client begins. */
  greeting: Buffer | null;
  /** A server's word for "go away" that repeats what it was sent: how a secret would come back to us. */
  refuses(received: Buffer): Buffer;
  /** A server's word for a fault of its own, which may pass, with these words in it. */
  fails(words: string): Buffer;
}

/** What a peer does with whoever connects. */
type Peer = (socket: Socket) => void;

/** Every connector that holds a connection keeps these promises whoever is at the other end; against its real server it keeps those of the systems' suite. */
export function conformsWhenConnected(name: string, one: Connecting): void {
  const { setup, greeting, protocols: [plain, secure] } = one;
  const secrets = Object.values(setup.secrets);

  const dialled = async (peer: Peer, { protocol = plain, ms = 5_000, settings = {} }: { protocol?: string; ms?: number; settings?: Record<string, unknown> } = {}) => {
    const sockets = new Set<Socket>(), received: Buffer[] = [];
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      sockets.add(socket);
      socket.on("data", (chunk: Buffer) => received.push(chunk)).on("error", () => undefined).on("close", () => sockets.delete(socket));
      peer(socket);
    });
    await new Promise<void>((done) => { server.listen(0, "127.0.0.1", done); });
    const integrations = integrationsOf({ ...setup, settings: { ...setup.settings, ...settings } }, `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const opened = await integrations.openBroker("under-test", lease(ms));
    for (let waited = 0; sockets.size > 0 && waited < 2_000; waited += 20) await pause(20);
    const left = sockets.size;
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => { server.close(done); });
    if (opened.ok) await opened.value.close();
    return { opened, connections, left, received: Buffer.concat(received) };
  };
  const hello = greeting ?? Buffer.alloc(0);
  const answers: readonly (readonly [string, Peer])[] = [
    ["hangs up at once", (socket) => socket.destroy()],
    ["sends garbage", (socket) => socket.write(Buffer.from("\u0000\u00ff\r\n{]".repeat(200), "latin1"))],
    ["sends a page for people", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")],
    ["hangs up within its greeting", (socket) => socket.end(hello.subarray(0, hello.length >> 1))],
    ["is cut off after its greeting", (socket) => { socket.write(hello); socket.once("data", () => socket.destroy()); }],
    ["answers its greeting with garbage", (socket) => { socket.write(hello); socket.once("data", () => socket.end("x".repeat(300))); }],
  ];

  describe(`${name} when connected`, () => {
    test.each(answers)("does not take a peer that %s for a broker, and tells no secret of it", async (_, peer) => {
      const { opened, left } = await dialled(peer);
      expect(opened).toMatchObject({ ok: false, error: { code: "TEC-01" } });
      expect(left).toBe(0);
      for (const secret of secrets) expect(JSON.stringify(opened)).not.toContain(secret);
    });
    test("tells no secret where the refusal repeats it", async () => {
      const { opened, received } = await dialled((socket) => { socket.write(hello); socket.on("data", (chunk: Buffer) => { if (secrets.some((secret) => chunk.includes(secret))) socket.end(one.refuses(chunk)); }); });
      expect(secrets.some((secret) => received.includes(secret)), "it was sent").toBe(true);
      expect(opened).toMatchObject({ ok: false });
      for (const secret of secrets) expect(JSON.stringify(opened)).not.toContain(secret);
    });
    test("tells a fault that may pass from a refusal, whatever numbers stand in it", async () => {
      const { opened } = await dialled((socket) => { socket.write(hello); socket.once("data", () => socket.end(one.fails("node 403 of 530, error 406"))); });
      expect(opened).toMatchObject({ ok: false, error: { code: "TEC-01" } });
    });
    test("ends with its lease, and lets go of a peer that greets too late", async () => {
      const { opened, left } = await dialled((socket) => { setTimeout(() => { if (socket.writable) socket.write(hello); }, 500); socket.on("data", () => socket.write("PONG\r\n")); }, { ms: 250 });
      expect(opened).toMatchObject({ ok: false, error: { code: "TEC-01" } });
      expect(left).toBe(0);
    });
    test("sends nothing that is secret where encryption was asked for and is not there", async () => {
      const { opened, received } = await dialled((socket) => { socket.write(hello); setTimeout(() => socket.end(), 200); }, { protocol: secure });
      expect(opened).toMatchObject({ ok: false, error: { code: "TEC-01" } });
      for (const secret of secrets) expect(received.includes(secret)).toBe(false);
    });
    test("goes nowhere inwards unless its settings allow it, and says so when nobody listens", async () => {
      const { opened, connections } = await dialled((socket) => socket.write(hello), { settings: { allowPrivateNetwork: false } });
      expect([opened, connections]).toMatchObject([{ ok: false, error: { code: "TEC-01" } }, 0]);
      expect(await integrationsOf(setup, `${plain}://127.0.0.1:9`).openBroker("under-test", lease())).toMatchObject({ ok: false, error: { code: "TEC-01" } });
    });
  });
}

const event = (type: string, data: unknown, subject?: string) => ({ specversion: "1.0", id: type, source: "/shop", type, time: testNow, ...(subject === undefined ? {} : { subject }), data });
const own = { ...event("com.ledgerline.order.changed.v1", {}), source: "ledgerline/US01" };
/** What may come by any broker, for the suite of translations: each contract of the front door, and what we told ourselves. */
export const toldByBrokers = {
  messages: { own, ...Object.fromEntries(acceptedTypes.map((type) => [type, event(cloudEventType(type), examples[type], contracts[type].key === null ? `${contracts[type].subject}/SH-1` : undefined)])) },
  expected: { own: [], ...Object.fromEntries(acceptedTypes.map((type) => [type, [type]])) },
};
