import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { exceptionCatalogue } from "@/server/domain/exceptions";
import type { Failure } from "@/server/domain/result";
import type { Integrations } from "../../runtime";
import type { AnyConnector } from "../connector";
import { bench, hugeAnswer, integrationsOf, lease, testNow, type Answer, type Seen, type Setup } from "./conformance";

/** What of a declaration asks for which suite; the registry's test looks that each connector's tests run every one that applies to it. */
export const suites: Readonly<Record<string, (connector: AnyConnector) => boolean>> = {
  conforms: () => true,
  conformsWhenTranslating: ({ feeds, webhook, broker }) => feeds.some(({ name }) => name !== "files") || webhook !== null || broker !== undefined,
  conformsWhenSending: ({ commands }) => Object.keys(commands).length > 0,
  conformsWhenCalled: ({ webhook }) => webhook !== null,
  conformsWhenAsked: ({ censuses = [] }) => censuses.length > 0,
  conformsWhenPolled: ({ feeds }) => feeds.length > 0,
  conformsWhenConnected: ({ broker }) => broker !== undefined,
};

type Ask = (through: Integrations, signal: AbortSignal) => Promise<Ended>;
interface Ended { ok: boolean; failure: Failure | null; said: string }
const span = { from: "2020-01-01T00:00:00.000Z", to: "2030-01-01T00:00:00.000Z" };
const mail = { messageId: "<1@tower>", to: { name: "Ann", address: "ann@example.com" }, subject: "s", text: "t", html: "t", unsubscribe: "http://127.0.0.1/me" };

/** Everything that the declaration says can be asked of it without being told what: each feed, each census, the check, the mail. */
function askable({ feeds, censuses = [], mail: mailer }: AnyConnector): readonly (readonly [string, Ask])[] {
  const ended = (answer: { ok: boolean; error?: Failure }, more: unknown = null): Ended => ({ ok: answer.ok, failure: answer.error ?? null, said: JSON.stringify([answer, more]) });
  return [
    ["check", async (through, signal) => { const { result, exchange } = await through.check("under-test", signal); return ended(result, exchange); }],
    ...feeds.map(({ name }) => [`feed ${name}`, async (through, signal) => { const { reading, exchange } = await through.readFeed("under-test", name, null, signal); return ended(reading, exchange); }] satisfies [string, Ask]),
    ...censuses.map(({ name }) => [`census ${name}`, async (through, signal) => ended(await through.readCensus("under-test", name, span, null, signal))] satisfies [string, Ask]),
    ...(mailer ? [["mail", async (through, signal) => ended(await through.sendMail("under-test", mail, signal))] satisfies [string, Ask]] : []),
  ];
}

const answers: readonly (readonly [string, Answer | ((secrets: readonly string[]) => Answer), string])[] = [
  ["told to come later", { status: 429, headers: { "retry-after": "7" } }, "TEC-01"],
  ["refused", { status: 401 }, "TEC-02"],
  ["answered by a failure of its own", { status: 500, text: "<html>Oops</html>" }, "TEC-01"],
  ["cut off", { cut: true }, "TEC-01"],
  ["answered by half a body", { text: '{"data":[{"id"' }, "CTR-01"],
  ["answered in another shape", { body: { something: "else" } }, "CTR-01"],
  ["answered without end", hugeAnswer, "TEC-01"],
  ["led inwards", { status: 302, headers: { location: "http://169.254.169.254/latest/meta-data/" } }, "TEC-01"],
  ["answered too late", { delayMs: 1500 }, "TEC-01"],
  ["told its own secrets", (secrets) => ({ status: 400, body: { message: secrets.join(" ") } }), "*"],
];
const peers: readonly (readonly [string, (socket: Socket) => void])[] = [
  ["hangs up", (socket) => { socket.destroy(); }],
  ["sends garbage", (socket) => { socket.write(Buffer.from("\u0000\u00ff\r\n{]".repeat(200), "latin1")); }],
  ["sends a page for people", (socket) => { socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"); }],
  ["sends without end", (socket) => { const more = (): void => { while (socket.writable && socket.write(Buffer.alloc(65_536, 120))); }; socket.on("drain", more); more(); }],
  ["says nothing", () => undefined],
];

/**
 * What every connector keeps, by its own declaration and whatever is at the other end; what needs a vendor's own words is in the
 * suites beside. `signsIn` answers the calls with which it logs in, so that what is asked for behind them is met too; `idle` is what
 * these settings leave unused.
 */
export function conforms({ connector, ...rest }: Setup, { signsIn = () => null, idle = [] }: { signsIn?: (seen: Seen) => Answer | null; idle?: readonly string[] } = {}): void {
  const setup: Setup = { connector, ...rest }, secrets = Object.values(setup.secrets);
  const { shape: fields = {} } = connector.settings as { shape?: object }, hasUrl = "url" in fields && connector.broker === undefined, hasHost = "host" in fields;
  const keepsSecrets = (said: string): void => { for (const secret of secrets) expect(said).not.toContain(secret); };

  describe(`${connector.type} keeps to its declaration`, () => {
    test("says what it cannot do, and of every command how a lost answer is settled", () => {
      expect(connector.settings.safeParse({ url: "http://127.0.0.1:9", ...setup.settings }).success, "the settings of its test are usable").toBe(true);
      expect(connector.cannot.length).toBeGreaterThan(0);
      for (const [kind, { idempotentForMs, lookup }] of Object.entries(connector.commands)) expect([kind, idempotentForMs > 0 || lookup !== null]).toEqual([kind, true]);
      expect(new Set(connector.feeds.map(({ name }) => name)).size).toBe(connector.feeds.length);
    });
    test.each(["\u0000\u00ff", "{", "null", "[]", `{"a":${"[".repeat(2000)}${"]".repeat(2000)}}`, '{"__proto__":{"x":1}}'])("is not broken by %j", async (text) => {
      const read = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m1", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: Buffer.from(text, "latin1") });
      expect(read.ok ? read.value.events : [read.error.code]).toEqual(read.ok ? [] : ["CTR-01"]);
    });
    test("takes no call from whoever cannot show who he is", async () => {
      const told = await integrationsOf(setup, "http://127.0.0.1:9").verifyWebhook("under-test", {}, Buffer.from("{}"));
      expect(told.ok ? "taken" : told.error.code).toMatch(connector.webhook === null ? /^NO_WEBHOOK$/ : /^(SIGNATURE|BODY)$/);
    });

    if (hasUrl) test.each(askable(connector).filter(([what]) => idle.includes(what)))("%s asks nobody, as it is not used so", async (_, ask) => {
      const stub = await bench(setup, (seen) => signsIn(seen) ?? { status: 500 }), { ok } = await ask(stub.integrations, lease(20_000));
      stub.integrations.close();
      await stub.close();
      expect([ok, stub.seen]).toEqual([true, []]);
    });
    if (hasUrl) for (const [what, ask] of askable(connector).filter(([name]) => !idle.includes(name))) test.each(answers)(`${what}, %s, knows nothing and says why`, async (_, given, code) => {
      const answer = typeof given === "function" ? given(secrets) : given, ending = new AbortController();
      // the lease of a slow answer ends while it is waited for, however fast this machine is
      const stub = await bench(setup, (seen) => { const first = signsIn(seen); if (!first && answer.delayMs !== undefined) ending.abort(); return first ?? answer; });
      const { ok, failure, said } = await ask(stub.integrations, AbortSignal.any([ending.signal, lease(20_000)]));
      stub.integrations.close();
      await stub.close();
      expect(stub.seen.length).toBeGreaterThan(0);
      expect(ok, said).toBe(false);
      if (code !== "*") expect(failure?.code).toBe(code);
      expect(Object.keys(exceptionCatalogue)).toContain(failure?.code);
      keepsSecrets(said);
    });
    if (hasHost) for (const [what, ask] of askable(connector)) test.each(peers)(`${what}, where the other end %s, knows nothing, says why and lets go`, async (_, peer) => {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => { sockets.add(socket); socket.on("error", () => undefined).on("close", () => sockets.delete(socket)); peer(socket); });
      await new Promise<void>((done) => { server.listen(0, "127.0.0.1", done); });
      const through = integrationsOf({ ...setup, settings: { ...setup.settings, host: "127.0.0.1", port: (server.address() as AddressInfo).port } }, "");
      const { ok, failure, said } = await ask(through, lease(400));
      through.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => { server.close(done); });
      expect([ok, failure?.code], said).toEqual([false, "TEC-01"]);
      keepsSecrets(said);
    });
    if (hasHost) test.each(askable(connector))("%s goes nowhere inwards unless its settings allow it", async (_, ask) => {
      let connections = 0;
      const server = createServer((socket) => { connections += 1; socket.destroy(); });
      await new Promise<void>((done) => { server.listen(0, "127.0.0.1", done); });
      const { ok } = await ask(integrationsOf({ ...setup, settings: { ...setup.settings, host: "127.0.0.1", port: (server.address() as AddressInfo).port, allowPrivateNetwork: false } }, ""), lease(2000));
      await new Promise((done) => { server.close(done); });
      expect([ok, connections]).toEqual([false, 0]);
    });
  });
}
