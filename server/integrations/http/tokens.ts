import type { FetchedToken, Tokens } from "../contract/connector";

/** Tokens are let go this long before they end, so that none dies on its way. */
const marginMs = 20_000;
/** A refused login is not tried again for so long: whoever asks meanwhile, command or feed, would only bring the lock-out nearer. */
const refusedMs = 10_000;

/** Bearer tokens of one installation, in memory only. */
export function createTokens(nowMs: () => number): Tokens {
  let live: { token: string; until: number } | null = null;
  let refused: { answer: FetchedToken; until: number } | null = null;
  let fetching: Promise<FetchedToken> | null = null;
  return {
    current: async (fetch) => {
      if (live && nowMs() < live.until) return { ok: true, token: live.token, expiresInMs: live.until - nowMs() };
      if (refused && nowMs() < refused.until) return refused.answer;
      fetching ??= fetch().then((got) => {
        refused = !got.ok && got.refused.ok && got.refused.response.status === 401 ? { answer: got, until: nowMs() + refusedMs } : null;
        if (got.ok) live = { token: got.token, until: nowMs() + Math.max(got.expiresInMs - marginMs, got.expiresInMs / 2) };
        return got;
      }).finally(() => { fetching = null; });
      return fetching;
    },
    forget: (token) => { if (live?.token === token) live = null; },
  };
}
