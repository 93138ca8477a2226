import { z } from "zod";
import type { FetchedToken, HttpAnswer, HttpRequest, Session } from "./connector";
import { readJson } from "./outcome";

export interface TokenDoor { url: string; clientId: string; clientSecret: string; scope?: string }
const tokenAnswer = z.looseObject({ access_token: z.string().min(1), expires_in: z.number().positive() });

/**
 * A request with an OAuth 2 client-credentials token. A token that the target refuses (it forgets them when it restarts) is
 * replaced once: a 401 proves that the first request did nothing. Where no token is to be had, the answer says that
 * nothing left, or is the token door's own 401.
 */
export async function requestWithToken(session: Session<unknown, unknown>, door: TokenDoor, request: HttpRequest): Promise<HttpAnswer> {
  const first = await session.tokens.current(() => fetchToken(session, door));
  if (!first.ok) return first.refused;
  const answer = await session.http.request(withBearer(request, first.token));
  if (!answer.ok || answer.response.status !== 401) return answer;
  session.tokens.forget(first.token);
  const second = await session.tokens.current(() => fetchToken(session, door));
  return second.ok ? session.http.request(withBearer(request, second.token)) : second.refused;
}

const withBearer = (request: HttpRequest, token: string): HttpRequest => ({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });

async function fetchToken(session: Session<unknown, unknown>, door: TokenDoor): Promise<FetchedToken> {
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id: door.clientId, client_secret: door.clientSecret, ...(door.scope ? { scope: door.scope } : {}) });
  const answer = await session.http.request({ method: "POST", url: door.url, headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" }, body: form.toString(), harmless: true });
  if (!answer.ok) return { ok: false, refused: nothingLeft(answer.fault.code, answer.fault.message) };
  const { status, text } = answer.response;
  if (status >= 200 && status < 300) {
    const read = readJson(text, tokenAnswer);
    return read.ok ? { ok: true, token: read.value.access_token, expiresInMs: read.value.expires_in * 1000 } : { ok: false, refused: nothingLeft("reset", "the token door answered something unreadable") };
  }
  if (status === 429 || status >= 500) return { ok: false, refused: nothingLeft("refused", `the token door answered ${status}`) };
  return { ok: false, refused: { ok: true, response: { status: 401, headers: {}, text: "" } } };
}

/** The document's own request was never made, whatever became of the token's. */
const nothingLeft = (code: "reset" | "refused" | "dns" | "tls" | "timeout" | "too_large" | "redirect" | "blocked" | "aborted", message: string): HttpAnswer => ({ ok: false, fault: { left: "no", code, message: `no token: ${message}` } });
