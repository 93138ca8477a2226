import { createHash, randomUUID } from "node:crypto";
import { unlimited, type Entry } from "../admission";
import type { Doors } from "./door";
import { problem } from "./problem";

const limit = 5 * 1024 * 1024;
/** Headers that are kept with the message; none of them may hold a secret. */
const keptHeaders = ["content-type", "user-agent", "traceparent", "x-correlation-id"];
/** Who is not known is 404, what is rightly signed but cannot be read is 400, everybody else is not who they say. */
const refusals: Readonly<Record<string, number>> = { UNKNOWN_CONNECTOR: 404, NO_WEBHOOK: 404, BODY: 400 };

/**
 * `POST /api/webhooks/{connector}`: 202 once the bytes are stored; a repeat is 200, so that the sender stops. A sender that
 * cannot be verified gets 401 and leaves nothing behind.
 */
export async function postWebhook(services: Doors, connector: string, request: Request, entry: Entry = unlimited): Promise<Response> {
  const body = await entry.read(request, limit);
  if (!body) return problem(413, { code: "TOO_LARGE", message: `At most ${limit} bytes in one message` });
  if (body.length === 0) return problem(400, { code: "EMPTY", message: "The message has no body" });
  const headers = Object.fromEntries([...request.headers].map(([name, value]) => [name.toLowerCase(), value]));
  const verified = await services.verifyWebhook(connector, headers, body);
  if (!verified.ok) return problem(refusals[verified.error.code] ?? 401, verified.error);
  entry.known();
  const correlationId = headers["x-correlation-id"]?.slice(0, 200) ?? randomUUID();
  const [stored] = await services.receive([{
    connector, sourceMessageId: verified.value.id, digest: createHash("sha256").update(body).digest("hex"), contentType: verified.value.contentType,
    headers: Object.fromEntries(keptHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]))), body, correlationId,
  }]);
  if (!stored) throw new Error("the receiver gave no answer");
  return Response.json({ status: stored.verdict, message: stored.id, correlationId }, { status: stored.verdict === "accepted" ? 202 : 200 });
}
