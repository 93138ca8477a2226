import type { Exchange } from "@/server/pipeline/ports";
import type { HttpAnswer, HttpRequest } from "../contract/connector";
import type { Redactor } from "./redact";

const keptCharacters = 64 * 1024;
interface Step { request: HttpRequest; answer: HttpAnswer; ms: number }

/** What one operation said and heard, in order. Nothing is masked until it is read, and only the masked form can be read. */
export class Recording {
  private readonly steps: Step[] = [];
  private readonly redact: Redactor;

  constructor(redact: Redactor) {
    this.redact = redact;
  }

  add(request: HttpRequest, answer: HttpAnswer, ms: number): void {
    this.steps.push({ request, answer, ms });
  }

  /** Whether any request that could change something may have reached its target. */
  mayHaveActed(): boolean {
    return this.steps.some(({ request, answer }) => request.method !== "GET" && request.harmless !== true && (answer.ok || answer.fault.left === "perhaps"));
  }

  /** As `exchange`, saying plainly that nothing which could act has left: what failed was a token or a read before it. */
  provenHarmless(): Exchange {
    const { request, response } = this.exchange();
    return { request, response: { ...(response as object | null), left: "no" }, httpStatus: null };
  }

  /** The last request with its answer; what went before it (a token, a look-up) under `earlier`. */
  exchange(): Exchange {
    const last = this.steps.at(-1);
    if (!last) return { request: null, response: null, httpStatus: null };
    const earlier = this.steps.slice(0, -1).map((step) => ({ request: this.said(step), response: this.heard(step) }));
    return { request: { ...this.said(last), ...(earlier.length > 0 ? { earlier } : {}) }, response: this.heard(last), httpStatus: last.answer.ok ? last.answer.response.status : null };
  }

  private said({ request }: Step): Record<string, unknown> {
    return {
      method: request.method, url: this.redact.url(request.url), headers: this.redact.headers(request.headers ?? {}),
      ...(request.body === undefined ? {} : { body: this.body(request.body, request.headers?.["content-type"] ?? "") }),
    };
  }

  private heard({ request, answer, ms }: Step): Record<string, unknown> {
    if (!answer.ok) return { fault: answer.fault.code, left: answer.fault.left, message: this.redact.text(answer.fault.message), ms };
    const { status, headers, text } = answer.response;
    return { status, headers: this.redact.headers(headers), body: request.secretAnswer === true ? "•••" : this.body(text, headers["content-type"] ?? ""), ms };
  }

  private body(text: string, contentType: string): unknown {
    if (contentType.startsWith("application/x-www-form-urlencoded")) return this.redact.deep(Object.fromEntries(new URLSearchParams(text)));
    if (text.length > keptCharacters) return `${this.redact.text(text.slice(0, keptCharacters))} (${text.length - keptCharacters} more characters)`;
    try {
      return this.redact.deep(JSON.parse(text));
    } catch {
      return this.redact.text(text);
    }
  }
}
