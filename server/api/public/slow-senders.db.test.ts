import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createKey, readClient } from "@/server/db/keys";
import { isOutage } from "@/server/db/outage";
import { examples } from "@/server/domain/contracts/examples";
import { fail, ok } from "@/server/domain/result";
import { receive } from "@/server/pipeline/receive";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { createAdmission, type Admission, type AdmissionLimits } from "../admission";
import { door, type Doors } from "./door";
import { postEvents } from "./events";
import { answerSlowHeaders } from "./slow-headers";
import { postWebhook } from "./webhooks";

/** Real sockets, as senders that dawdle hold them. */
let engine: Engine, secret: string, admission: Admission, server: Server;
const sockets: Socket[] = [];
/** Longer than any test: what ends by it does not end here. */
const never = 600_000;

beforeAll(async () => {
  engine = await createEngine();
  await engine.pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC')");
  const key = await createKey(engine.pool, { name: "test", entity: "US01", source: "shop-api", scopes: ["events:*"], createdBy: "test", expiresAt: null });
  if (!key.ok) throw new Error(key.error.message);
  secret = key.value.secret;
});
afterEach(() => { for (const socket of sockets.splice(0)) socket.destroy(); server.closeAllConnections(); server.close(); });
afterAll(async () => { await engine.close(); });

/** The doors of these limits on a port of their own. */
async function listens(limits: Partial<AdmissionLimits>): Promise<void> {
  admission = createAdmission({ requests: 8, bytes: 1e6, backlog: 1e6, bodyMs: never, graceMs: never, ...limits }, { backlog: () => Promise.resolve(0), fraction: () => 0 });
  const services = {
    admission, isOutage, receive: (inputs: Parameters<Doors["receive"]>[0]) => receive(engine.stores.inbox, inputs), clientOf: (bearer: string) => readClient(engine.pool, bearer),
    verifyWebhook: (_: string, headers: Record<string, string>) => Promise.resolve(headers["x-id"] ? ok({ id: headers["x-id"], contentType: "application/json" }) : fail("SIGNATURE", "This is not signed")),
  } as unknown as Doors, open = () => Promise.resolve(services);
  const events = door({ POST: postEvents }, open), webhook = door<{ connector: string }>({ POST: (doors, request, { connector }, entry) => postWebhook(doors, connector, request, entry) }, open);
  server = createServer({ connectionsCheckingInterval: 20 }, (request, response) => {
    const asked = new Request(`http://tower.test${request.url}`, { method: "POST", headers: request.headers as Record<string, string>, body: Readable.toWeb(request), duplex: "half" } as RequestInit);
    void (request.url === "/events" ? events.POST(asked, { params: Promise.resolve({}) }) : webhook.POST(asked, { params: Promise.resolve({ connector: "shop" }) })).then((answer) => tell(answer, response));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
}
async function tell(answer: Response, response: ServerResponse<IncomingMessage>): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
}

/** What is sent as it stands; `answer` is all that comes back until the other side ends, `first` what comes first. */
function says(text: string): { first: Promise<string>; answer: Promise<string> } {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  sockets.push(socket);
  let heard = "";
  socket.on("data", (chunk: Buffer) => { heard += chunk.toString(); });
  socket.on("error", () => undefined);
  socket.write(text);
  return { first: once(socket, "data").then(() => heard), answer: once(socket, "close").then(() => heard) };
}
const head = (path: string, length: number, more = ""): string => `POST ${path} HTTP/1.1\r\nhost: tower.test\r\ncontent-type: application/cloudevents+json\r\ncontent-length: ${length}\r\n${more}\r\n`;
const keyed = () => `authorization: Bearer ${secret}\r\n`;
/** Announces a body, and brings the beginning of it. */
const dawdles = (path: string, more = "", begun = "{") => says(head(path, 1_000_000, more) + begun);
const until = async (holds: () => boolean): Promise<void> => { while (!holds()) await new Promise((resolve) => { setTimeout(resolve, 2); }); };
let number = 0;
const order = (): string => JSON.stringify({ specversion: "1.0", id: `slow-${number += 1}`, source: "/test", type: "com.ledgerline.order.captured.v1", time: "2026-03-02T10:00:00Z", data: examples["order.captured"] });
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method: "POST", body, headers: { "content-type": "application/cloudevents+json", ...headers } });
const comesKeyed = async () => (await post("/events", order(), { authorization: `Bearer ${secret}` })).status;
const comesSigned = async (id: string) => (await post("/hook", "{}", { "x-id": id })).status;
const problemOf = (answer: string) => { const [head = "", body = ""] = answer.split("\r\n\r\n"); return { status: head.split("\r\n")[0], type: /content-type: (.*)/i.exec(head)?.[1], closes: /connection: close/i.test(head), body: JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1)) as unknown }; };
const tooLate = { status: "HTTP/1.1 408 Request Timeout", type: "application/problem+json", closes: true };

it("a body that does not come in its time is answered 408 by either door, its connection ends, and its place and bytes are free", async () => {
  await listens({ bodyMs: 50 });
  const answers = await Promise.all([dawdles("/hook").answer, dawdles("/events", keyed()).answer]);
  for (const answer of answers) expect(problemOf(answer)).toMatchObject({ ...tooLate, body: { type: "urn:ledgerline:problem:too-slow", status: 408, code: "TOO_SLOW" } });
  expect(admission.figures()).toMatchObject({ requests: 0, bytes: 0, turnedAway: { slow: 2 } });
});

it("headers that do not come to an end in their time are answered 408 likewise", async () => {
  await listens({});
  answerSlowHeaders(server, 1);
  const { answer } = says("POST /hook HTTP/1.1\r\nhost: tower.test\r\n");
  expect(problemOf(await answer)).toMatchObject({ ...tooLate, body: { status: 408, code: "TOO_SLOW" } });
});

it("who has shown no key brings nothing to the door of events, and holds nothing there", async () => {
  await listens({});
  expect(await dawdles("/events").first).toMatch(/^HTTP\/1\.1 401 /);
  expect(admission.figures()).toMatchObject({ requests: 0, bytes: 0 });
});

it("senders whom nobody knows yet hold half of the places at most: those with a key come in as ever", async () => {
  await listens({});
  for (let no = 0; no < 20; no += 1) dawdles("/hook");
  await until(() => admission.figures().turnedAway.requests === 16);
  expect(admission.figures().requests).toBe(4);
  expect(await Promise.all([comesKeyed(), comesKeyed(), comesKeyed()])).toEqual([202, 202, 202]);
});

it("nor more than half of the bytes", async () => {
  await listens({ bytes: 200_000 });
  for (const held of [40_000, 80_000]) { dawdles("/hook", "", "x".repeat(40_000)); await until(() => admission.figures().bytes === held); }
  expect(await dawdles("/hook", "", "x".repeat(40_000)).first).toMatch(/^HTTP\/1\.1 429 /);
  expect(await comesKeyed()).toBe(202);
});

it("who has been at it longest gives way to the next, so that a signed message comes in beside any number of them", async () => {
  await listens({ graceMs: 0 });
  const slow = Array.from({ length: 4 }, () => dawdles("/hook"));
  await until(() => admission.figures().requests === 4);
  expect(await comesSigned("honest-1")).toBe(202);
  expect(problemOf(await Promise.race(slow.map(({ answer }) => answer)))).toMatchObject({ ...tooLate, body: { code: "TOO_SLOW" } });
  for (let no = 0; no < 20; no += 1) dawdles("/hook");
  await until(() => admission.figures().turnedAway.slow === 20);
  expect(await comesSigned("honest-2")).toBe(202);
  expect(admission.figures().requests).toBeLessThanOrEqual(4);
});
