import { problem, readBody } from "./public/problem";

/** Of one process. */
export interface AdmissionLimits {
  /** Requests that bring something, at once. */
  requests: number;
  /** Bytes of their bodies that are in memory. */
  bytes: number;
  /** Messages that wait to be understood, in the database. */
  backlog: number;
  /** How long a body may take to come. */
  bodyMs: number;
  /** For how long a sender who has not proven who it is may bring its body before it gives way to the next. */
  graceMs: number;
}
export const turnedAwayFor = ["requests", "bytes", "backlog", "slow"] as const;
type Reason = (typeof turnedAwayFor)[number];

/** One request on its way in. */
export interface Entry {
  /** Reads at most so many bytes of a body; null: it is larger. From here on the request holds a place. */
  read(this: void, request: Request, limit: number): Promise<Uint8Array | null>;
  /** The sender has proven who it is: it has the places that are kept for those. */
  known(this: void): void;
}
/** For who is counted nowhere. */
export const unlimited: Entry = { read: readBody, known: () => undefined };

export interface Admission {
  /** Answers 429 where there is no room and 408 who is too slow, before anything is kept; what was let in is answered as ever. */
  admit(work: (entry: Entry) => Promise<Response> | Response): Promise<Response>;
  figures(): { requests: number; bytes: number; turnedAway: Readonly<Record<Reason, number>> };
}

/** Who asks who it is (no body is read), who brings a body and has proven nothing, and who has. */
type Stage = "asking" | "unproven" | "known";
interface Place { stage: Stage; bytes: number; since: number; late: AbortController | null }

class NoRoom extends Error {
  readonly reason: Exclude<Reason, "slow">;
  constructor(reason: Exclude<Reason, "slow">) { super(reason); this.reason = reason; }
}
class TooSlow extends Error {}
const words: Readonly<Record<Exclude<Reason, "slow">, string>> = {
  requests: "Too many requests are under way here", bytes: "The requests under way fill the memory that is set aside for them", backlog: "More messages wait to be understood than are let in",
};
/** How old the count of what waits may be. */
const countedMs = 5_000;

/** Told to who does not bring what it announced. The connection ends, as the rest of it would be taken for the next request. */
export const tooSlow = { status: 408, code: "TOO_SLOW", message: "This request did not come in its time; nothing of it was kept. Send it again", headers: { connection: "close" } } as const;

/**
 * Lets in what there is room for. Bytes are counted as they come, so that nobody holds room by announcing a large body, and a body
 * that does not come in its time ends. Who has not proven who it is holds half of the places and bytes at most; where these are
 * full, who has been at it longest gives way: any number of slow strangers keeps out neither who has a key nor a signed message that
 * comes at once. What waits in the database is counted beside the requests, never on their way; where it cannot be counted, nobody
 * is turned away for it. `fraction` is random in [0, 1): those who are turned away together do not come back together.
 */
export function createAdmission(limits: AdmissionLimits, { backlog, fraction }: { backlog(this: void, most: number): Promise<number>; fraction(this: void): number }): Admission {
  const turnedAway = { requests: 0, bytes: 0, backlog: 0, slow: 0 };
  const places = new Set<Place>();
  const holders: Record<Stage, number> = { asking: 0, unproven: 0, known: 0 }, held: Record<Stage, number> = { asking: 0, unproven: 0, known: 0 };
  const half = { requests: Math.ceil(limits.requests / 2), bytes: limits.bytes / 2 };
  let waiting = 0, counted = -Infinity;

  const count = (): void => {
    if (performance.now() - counted < countedMs) return;
    counted = performance.now();
    backlog(limits.backlog + 1).then((found) => { waiting = found; }, () => { waiting = 0; });
  };
  const leave = (place: Place): void => {
    if (!places.delete(place)) return;
    holders[place.stage] -= 1;
    held[place.stage] -= place.bytes;
  };
  const hasRoom = (stage: Stage, kind: "requests" | "bytes", more: number): boolean => {
    if (stage === "asking") return holders.asking + more <= limits.requests;
    const used = kind === "requests" ? holders : held;
    return used.unproven + used.known + more <= limits[kind] && (stage === "known" || used.unproven + more <= half[kind]);
  };
  /** Those that bring a body stand in the order in which they came. */
  const slowest = (besides: Place): Place | undefined => {
    for (const place of places) if (place !== besides && place.stage === "unproven" && place.late) return performance.now() - place.since < limits.graceMs ? undefined : place;
    return undefined;
  };
  const makeRoom = (place: Place, stage: Stage, kind: "requests" | "bytes", more: number): void => {
    while (!hasRoom(stage, kind, more)) {
      const gives = slowest(place);
      if (!gives) throw new NoRoom(kind);
      leave(gives);
      gives.late?.abort(new TooSlow());
    }
  };
  const move = (place: Place, stage: Stage): void => {
    if (place.stage === stage) return;
    leave(place);
    makeRoom(place, stage, "requests", 1);
    makeRoom(place, stage, "bytes", place.bytes);
    Object.assign(place, { stage, since: performance.now() });
    places.add(place);
    holders[stage] += 1;
    held[stage] += place.bytes;
  };
  const read = async (place: Place, request: Request, limit: number): Promise<Uint8Array | null> => {
    if (place.stage === "asking") move(place, "unproven");
    const late = (place.late = new AbortController()), timer = setTimeout(() => { late.abort(new TooSlow()); }, limits.bodyMs);
    try {
      return await readBody(request, limit, { signal: late.signal, hold: (more) => { makeRoom(place, place.stage, "bytes", more); place.bytes += more; held[place.stage] += more; } });
    } finally {
      clearTimeout(timer);
      place.late = null;
    }
  };
  const turnAway = (reason: Exclude<Reason, "slow">): Response => {
    turnedAway[reason] += 1;
    return problem(429, { code: "BUSY", message: `${words[reason]}; nothing of this request was kept. Send it again later` }, { headers: { "retry-after": String(1 + Math.floor(fraction() * 5)) } });
  };

  return {
    async admit(work) {
      count();
      if (waiting > limits.backlog) return turnAway("backlog");
      if (!hasRoom("asking", "requests", 1)) return turnAway("requests");
      const place: Place = { stage: "asking", bytes: 0, since: performance.now(), late: null };
      places.add(place);
      holders.asking += 1;
      try {
        return await work({ read: (request, limit) => read(place, request, limit), known: () => { move(place, "known"); } });
      } catch (error) {
        if (error instanceof NoRoom) return turnAway(error.reason);
        if (!(error instanceof TooSlow)) throw error;
        turnedAway.slow += 1;
        return problem(tooSlow.status, tooSlow, { headers: tooSlow.headers });
      } finally {
        leave(place);
      }
    },
    figures: () => ({ requests: holders.unproven + holders.known, bytes: held.unproven + held.known, turnedAway: { ...turnedAway } }),
  };
}
