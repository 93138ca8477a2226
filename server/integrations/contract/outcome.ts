import type { z } from "zod";
import type { Failure, Result } from "@/server/domain/result";
import { fail, ok } from "@/server/domain/result";
import type { HttpAnswer, HttpFault, HttpResponse, LookupAnswer, Outcome } from "./connector";

/** How one vendor's answers are read. */
export interface Reading {
  /** As named to people, such as `Meridian Finance`. */
  system: string;
  /** Statuses of this call that prove that the target did not act (the connector lists them with their source). */
  notActed?: readonly number[];
  /** The vendor's refusal (any other 4xx) in our words; `code` is one of the exception codes. */
  refusal(response: HttpResponse): Failure;
}
type Unconfirmed = Exclude<Outcome, { kind: "confirmed" }>;

/** One sentence, without line breaks, short enough for a list. */
export const sentence = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, 500);

/**
 * What an answer to a *write* proves. Null: a 2xx, whose body is still to be read. Time-outs, resets and 5xx are `unknown`
 * here; where an idempotency key makes a repeat harmless the runtime turns that into `retryable`.
 */
export function unconfirmed(answer: HttpAnswer, reading: Reading): Unconfirmed | null {
  if (!answer.ok) return faultOutcome(answer.fault, reading.system);
  const { status } = answer.response;
  if (status >= 200 && status < 300) return null;
  if (isRefusedLogin(status)) return { kind: "retryable", failure: loginFailure(reading.system, status), authentication: true };
  if (status === 429 || reading.notActed?.includes(status)) {
    return { kind: "retryable", failure: { code: "TEC-01", message: `${reading.system} asked us to come back later (${status})` }, ...pauseOf(answer.response) };
  }
  if (status >= 400 && status < 500 && status !== 408) return { kind: "rejected", failure: reading.refusal(answer.response) };
  return { kind: "unknown", failure: { code: "TEC-04", message: `${reading.system} answered ${status}; whether it acted is not known` } };
}

function faultOutcome(fault: HttpFault, system: string): Unconfirmed {
  if (fault.left === "no") return { kind: "retryable", failure: { code: "TEC-01", message: `${system}: ${fault.message}` } };
  return { kind: "unknown", failure: { code: "TEC-04", message: `${system}: ${fault.message}; whether it acted is not known` } };
}

/** What was accepted cannot be read: the document may exist. */
export const unreadable = (system: string, failure: Failure): Outcome => ({ kind: "unknown", failure: { code: "TEC-04", message: sentence(`${system} answered something unreadable: ${failure.message}`) } });

export type ReadFailure = Extract<LookupAnswer, { kind: "failed" }>;
/** An answer to a *read*: the checked body, or why there is none. `absent` where the vendor says 404. */
export type ReadAnswer<T> = { kind: "read"; value: T } | { kind: "absent" } | ReadFailure;

export function readAnswer<S extends z.ZodType>(answer: HttpAnswer, schema: S, system: string): ReadAnswer<z.infer<S>> {
  if (!answer.ok) return { kind: "failed", failure: { code: "TEC-01", message: `${system}: ${answer.fault.message}` } };
  const { status } = answer.response;
  if (isRefusedLogin(status)) return { kind: "failed", failure: loginFailure(system, status), authentication: true };
  if (status === 404) return { kind: "absent" };
  if (status < 200 || status >= 300) return { kind: "failed", failure: { code: "TEC-01", message: `${system} answered ${status}` }, ...pauseOf(answer.response) };
  const body = readJson(answer.response.text, schema);
  return body.ok ? { kind: "read", value: body.value } : { kind: "failed", failure: { ...body.error, message: sentence(`${system}: ${body.error.message}`) } };
}

/** A read inside a send, before anything was written: its failure never means that the target acted. */
export const beforeSending = ({ failure, authentication, retryAfterMs }: ReadFailure): Outcome => ({ kind: "retryable", failure, ...(authentication ? { authentication } : {}), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

/** As a `Result`, for feeds and checks. A refused login is TEC-02. */
export const asResult = <T>(answer: ReadAnswer<T>, what: string): Result<T> =>
  answer.kind === "read" ? ok(answer.value) : answer.kind === "absent" ? fail("CMP-01", `${what} is not there`) : { ok: false, error: answer.failure };

/** Parses JSON with a vendor's schema. Error CTR-01 with the path of the first fault; never quotes the body. */
export function readJson<S extends z.ZodType>(text: string, schema: S): Result<z.infer<S>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("CTR-01", "the answer is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const at = issue?.path.map(String).join(".") ?? "";
  return fail("CTR-01", `${at === "" ? "the answer" : at}: ${issue?.message ?? "is not as documented"}`, at);
}

const isRefusedLogin = (status: number): boolean => status === 401 || status === 403;
const loginFailure = (system: string, status: number): Failure => ({ code: "TEC-02", message: `${system} refused our credentials or rights (${status})` });

const hour = 3_600_000;
/** What it said of when it wants to be called again. */
function pauseOf({ headers }: HttpResponse): { retryAfterMs?: number } {
  const after = retryAfterMs(headers["retry-after"]);
  return after === null ? {} : { retryAfterMs: after };
}
/** `Retry-After` in either of its forms, between 0 and one hour; null where it says nothing. */
function retryAfterMs(value: string | undefined, now = Date.now()): number | null {
  if (value === undefined || value.trim() === "") return null;
  const wanted = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : new Date(value).getTime() - now;
  return Number.isFinite(wanted) ? Math.min(Math.max(wanted, 0), hour) : null;
}

/** For connectors none of whose commands is read back. */
export const verifyUnsupported = (system: string) => (): Promise<{ kind: "failed"; failure: Failure }> => Promise.resolve({ kind: "failed", failure: { code: "TEC-05", message: `${system} is not read back` } });
