/** Exponential back-off with full jitter: waits spread over the whole span, so that those who failed together do not return together. */
export interface BackoffRule { baseMs: number; capMs: number }

export const planBackoff: BackoffRule = { baseMs: 2_000, capMs: 600_000 };
export const lookupBackoff: BackoffRule = { baseMs: 2_000, capMs: 300_000 };

/** The longest wait after `failures` in a row (at least 1): doubles each time up to the cap. */
export const backoffCeilingMs = (failures: number, rule: BackoffRule): number => Math.min(rule.capMs, rule.baseMs * 2 ** Math.min(30, Math.max(0, failures - 1)));

/** `fraction` is random in [0, 1). The answer is in [0, ceiling), whole milliseconds. */
export const backoffMs = (failures: number, fraction: number, rule: BackoffRule): number => Math.floor(fraction * backoffCeilingMs(failures, rule));
