import { z } from "zod";
import type { FetchedToken, HttpAnswer, LookupAnswer, Outcome } from "../contract/connector";
import { readJson, unconfirmed, unreadable } from "../contract/outcome";
import type { TrytonSession } from "./config";
import { envelope, meaningOf, type Meaning } from "./wire";

export const system = "Tryton";
type Unconfirmed = Exclude<Outcome, { kind: "confirmed" }>;

/** Ends an operation from wherever it stands with what the last answer proves. `outcome` is that of a send. */
export class Ended extends Error {
  readonly outcome: Unconfirmed;
  /** Set where Tryton asks whether a person wants it all the same. */
  readonly warning: string | null;
  constructor(outcome: Unconfirmed, warning: string | null = null) {
    super(outcome.failure.message);
    this.outcome = outcome;
    this.warning = warning;
  }
}
export const refuse = (code: string, message: string): never => { throw new Ended({ kind: "rejected", failure: { code, message } }); };

/** Of an operation that only reads: why there is no answer. */
export function failedRead(error: unknown): Extract<LookupAnswer, { kind: "failed" }> {
  if (!(error instanceof Ended)) throw error;
  const { outcome } = error;
  return { kind: "failed", failure: outcome.failure, ...(outcome.kind === "retryable" && outcome.authentication ? { authentication: true } : {}) };
}

/** Tryton's own time of a fresh session is 300 s, after which it refuses to post with a 401: signed in again before that. */
const sessionMs = 270_000;
const loginAnswer = z.looseObject({ result: z.tuple([z.number().int(), z.string().min(1)]) });

async function signIn({ http, settings, secrets }: TrytonSession): Promise<FetchedToken> {
  const answer = await http.request({ method: "POST", url: `${settings.url}/`, headers: { "content-type": "application/json" }, body: JSON.stringify({ id: 1, method: "common.db.login", params: [settings.login, { password: secrets.password }, "en"] }), harmless: true, secretAnswer: true });
  if (!answer.ok) return { ok: false, refused: { ok: false, fault: { ...answer.fault, left: "no" } } };
  const { status, headers, text } = answer.response;
  // locked out for a while after too many wrong passwords, whoever gave them
  if (status === 429) return { ok: false, refused: { ok: true, response: { status, headers: { "retry-after": "300", ...headers }, text: "" } } };
  if (status >= 500) return { ok: false, refused: { ok: false, fault: { left: "no", code: "refused", message: `the sign-in answered ${status}` } } };
  const read = status === 200 ? readJson(text, loginAnswer) : null;
  if (!read?.ok) return { ok: false, refused: { ok: true, response: { status: 401, headers: {}, text: "" } } };
  const [user, token] = read.value.result;
  return { ok: true, token: `${user}:${token}`, expiresInMs: sessionMs };
}

async function rpc(session: TrytonSession, method: string, params: readonly unknown[], harmless: boolean, more: object = {}): Promise<HttpAnswer> {
  const { settings } = session, context = { company: settings.company, language: "en", ...more };
  for (let last = false; ; last = true) {
    const got = await session.tokens.current(() => signIn(session));
    if (!got.ok) return got.refused;
    const authorization = `Session ${Buffer.from(`${settings.login}:${got.token}`).toString("base64")}`;
    const answer = await session.http.request({ method: "POST", url: `${settings.url}/`, headers: { "content-type": "application/json", authorization }, body: JSON.stringify({ id: 1, method, params: [...params, context] }), harmless });
    // a 401 proves that nothing was done: the session ended, or was not fresh enough to post with
    if (last || !answer.ok || answer.response.status !== 401) return answer;
    session.tokens.forget(got.token);
  }
}

async function call<S extends z.ZodType>(session: TrytonSession, method: string, params: readonly unknown[], schema: S, how: { harmless: boolean; code: string; context?: object }): Promise<z.infer<S>> {
  const answer = await rpc(session, method, params, how.harmless, how.context);
  // a method that Tryton does not know is a module that is not there, not a refused login
  if (answer.ok && answer.response.status === 403) return refuse("TEC-05", `${system} has no ${method}: a module is not installed`);
  const failed = unconfirmed(answer, { system, refusal: ({ status }) => ({ code: how.code, message: `${system} refused ${method} (${status})` }) });
  if (failed) throw new Ended(how.harmless && failed.kind === "unknown" ? { kind: "retryable", failure: { ...failed.failure, code: "TEC-01" } } : failed);
  const { text } = (answer as Extract<HttpAnswer, { ok: true }>).response;
  const unread = (failure: { code: string; message: string }): never => { throw new Ended(how.harmless ? { kind: "retryable", failure } : (unreadable(system, failure) as Unconfirmed)); };
  const read = readJson(text, envelope);
  if (!read.ok) return unread(read.error);
  if (read.value.error) throw endedBy(meaningOf(read.value.error, how.code));
  const result = schema.safeParse(read.value.result);
  return result.success ? result.data : unread({ code: "CTR-01", message: `${method}: ${result.error.issues[0]?.path.join(".") ?? ""} ${result.error.issues[0]?.message ?? "is not as expected"}` });
}

function endedBy(meaning: Meaning): Ended {
  if (meaning.kind === "retryable") return new Ended({ kind: "retryable", failure: meaning.failure });
  if (meaning.kind === "rights") return new Ended({ kind: "retryable", failure: meaning.failure, authentication: true });
  return new Ended({ kind: "rejected", failure: meaning.failure }, meaning.kind === "warning" ? meaning.name : null);
}

/** Changes something. `code` is the exception of a refusal. @throws Ended */
export const act = <S extends z.ZodType>(session: TrytonSession, method: string, params: readonly unknown[], schema: S, code: string): Promise<z.infer<S>> => call(session, method, params, schema, { harmless: false, code });

/** More than all documents that wait at once name. */
const manyRows = 50_000;
const inOneAnswer = 1000;
interface Wanted { limit?: number; order?: readonly (readonly [string, "ASC" | "DESC"])[]; /** Beside company and language. */ context?: object }
/** Rows that fit, at most a thousand where nothing else is said. @throws Ended, which says that nothing was done */
export const search = <S extends z.ZodType>(session: TrytonSession, model: string, domain: readonly unknown[], fields: readonly string[], row: S, { limit = inOneAnswer, order = [["id", "ASC"]], context = {} }: Wanted = {}): Promise<z.infer<S>[]> =>
  call(session, `model.${model}.search_read`, [domain, 0, limit, order, fields], z.array(row), { harmless: true, code: "TEC-01", context });

/** All rows that fit, whatever one answer holds: of those beyond it Tryton says nothing. @throws Ended, which says that nothing was done */
export async function searchAll<S extends z.ZodType<{ id: number }>>(session: TrytonSession, model: string, domain: readonly unknown[], fields: readonly string[], row: S): Promise<z.infer<S>[]> {
  const all: z.infer<S>[] = [];
  for (;;) {
    const last = all.at(-1), rows = await search(session, model, last === undefined ? domain : [...domain, ["id", ">", last.id]], fields, row, { limit: inOneAnswer });
    all.push(...rows);
    if (rows.length < inOneAnswer) return all;
  }
}

/**
 * Rows whose `field` is one of `values`, as they are after it was asked; what many ask for in the same moment is one question.
 * @throws Ended, which says that nothing was done
 */
export const rowsBy = <S extends z.ZodType>(session: TrytonSession, model: string, field: string, values: readonly (string | number)[], fields: readonly string[], row: S, more: readonly unknown[] = []): Promise<z.infer<S>[]> =>
  session.together(`${model} ${field} ${JSON.stringify([fields, more])}`, values, async (all, shared) => {
    const asked = [...new Set(all.flat())];
    const rows = asked.length === 0 ? [] : await search(shared, model, [[field, "in", asked], ...more], [...new Set([field, ...fields])], row, { limit: manyRows });
    return all.map((own) => { const wanted = new Set<unknown>(own); return rows.filter((each) => wanted.has((each as Record<string, unknown>)[field])); });
  });

/** A question that is no search. @throws Ended, which says that nothing was done */
export const ask = <S extends z.ZodType>(session: TrytonSession, method: string, params: readonly unknown[], schema: S): Promise<z.infer<S>> => call(session, method, params, schema, { harmless: true, code: "TEC-01" });

/** A read after something was done: that it failed says nothing of what was done. */
export async function afterActing<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    throw new Ended({ kind: "unknown", failure: { code: "TEC-04", message: `done, but not read back: ${error.outcome.failure.message}` } });
  }
}
