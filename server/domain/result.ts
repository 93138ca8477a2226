/** An expected failure is a value: callers must look at `ok` before they touch the rest. */
export type Result<T, E extends Failure = Failure> = { ok: true; value: T } | { ok: false; error: E };

/** `code` is stable and may be shown or matched; `message` is one plain sentence without secrets. */
export interface Failure {
  code: string;
  message: string;
  /** Where in the input the fault is, as a path such as `lines.2.quantity`. */
  at?: string;
}

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const fail = (code: string, message: string, at?: string): { ok: false; error: Failure } => ({
  ok: false,
  error: at === undefined ? { code, message } : { code, message, at },
});
