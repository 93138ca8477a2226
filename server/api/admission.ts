import { problem, readBody } from "./public/problem";

/** Of one process. */
export interface AdmissionLimits {
  /** Requests that bring something, at once. */
  requests: number;
  /** Bytes of their bodies that are in memory. */
  bytes: number;
  /** Messages that wait to be understood, in the database. */
  backlog: number;
}
export const turnedAwayFor = ["requests", "bytes", "backlog"] as const;
type Reason = (typeof turnedAwayFor)[number];

/** Reads at most so many bytes of a body; null: it is larger. */
export type ReadBody = (request: Request, limit: number) => Promise<Uint8Array | null>;

export interface Admission {
  /** Answers 429 where there is no room, before anything is kept; what was let in is answered as ever. */
  admit(work: (read: ReadBody) => Promise<Response> | Response): Promise<Response>;
  figures(): { requests: number; bytes: number; turnedAway: Readonly<Record<Reason, number>> };
}

class Full extends Error {}
const words: Readonly<Record<Reason, string>> = {
  requests: "Too many requests are under way here", bytes: "The requests under way fill the memory that is set aside for them", backlog: "More messages wait to be understood than are let in",
};
/** How old the count of what waits may be. */
const countedMs = 5_000;

/**
 * Lets in what there is room for. Bytes are counted as they come, so that nobody holds room by announcing a large body. What
 * waits in the database is counted beside the requests, never on their way; where it cannot be counted, nobody is turned away for it.
 * `fraction` is random in [0, 1): those who are turned away together do not come back together.
 */
export function createAdmission(limits: AdmissionLimits, { backlog, fraction }: { backlog(this: void, most: number): Promise<number>; fraction(this: void): number }): Admission {
  const turnedAway = { requests: 0, bytes: 0, backlog: 0 };
  let requests = 0, bytes = 0, waiting = 0, counted = -Infinity;

  const count = (): void => {
    if (performance.now() - counted < countedMs) return;
    counted = performance.now();
    backlog(limits.backlog + 1).then((found) => { waiting = found; }, () => { waiting = 0; });
  };
  const turnAway = (reason: Reason): Response => {
    turnedAway[reason] += 1;
    return problem(429, { code: "BUSY", message: `${words[reason]}; nothing of this request was kept. Send it again later` }, { headers: { "retry-after": String(1 + Math.floor(fraction() * 5)) } });
  };

  return {
    async admit(work) {
      count();
      if (waiting > limits.backlog) return turnAway("backlog");
      if (requests >= limits.requests) return turnAway("requests");
      let held = 0;
      const hold = (more: number): void => {
        if (bytes + more > limits.bytes) throw new Full();
        bytes += more;
        held += more;
      };
      requests += 1;
      try {
        return await work((request, limit) => readBody(request, limit, hold));
      } catch (error) {
        if (error instanceof Full) return turnAway("bytes");
        throw error;
      } finally {
        requests -= 1;
        bytes -= held;
      }
    },
    figures: () => ({ requests, bytes, turnedAway: { ...turnedAway } }),
  };
}
