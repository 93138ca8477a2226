import type { Desk } from "@/server/api/desk";
import { createDesk } from "@/server/db/desk";
import { resumePostings, stopPostings } from "@/server/db/desk/postings";
import { createPool } from "@/server/db/pool";
import { ok, type Result } from "@/server/domain/result";
import { grant, person } from "../../memory/people";

const entity = "US01", fay = person("fay", grant()), fred = person("fred", grant()), olga = person("olga", grant({ role: "ops" }));

/** What people decide at the tower's own desk, in the way of its screens. */
export interface Office {
  /** One of finance holds all that would change the books; another lets it go. */
  stopPostings(reason: string): Promise<void>;
  letPostingsGo(reason: string): Promise<void>;
  /** Takes a decision that is offered for an open exception of that number. */
  decide(number: string, code: string, verb: Parameters<Desk["remedy"]>[2]["verb"], target: string, reason: string): Promise<void>;
  /** Sends again what the exception of that number stopped. */
  sendAgain(number: string, code: string, reason: string): Promise<void>;
  /** The system calls a customer of ours by another code from now on. */
  recode(system: string, customer: string, code: string, reason: string): Promise<void>;
  close(): Promise<void>;
}

const sure = <T>(result: Result<T>): T => { if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`); return result.value; };

export function openOffice(databaseUrl: string): Office {
  const pool = createPool(databaseUrl, { max: 2, of: "screens" }), desk = createDesk(pool, Buffer.alloc(32, 1), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
  const open = async (number: string, code: string): Promise<{ id: string; fingerprint: string }> => {
    const { rows: [row] } = await pool.query<{ id: string; fingerprint: string }>("select e.id::text, e.fingerprint from exception_item e join subject s on s.id = e.subject_id where e.state = 'open' and e.code = $2 and (s.number = $1 or s.key = $1)", [number, code]);
    if (!row) throw new Error(`no ${code} is open for ${number}`);
    return row;
  };
  return {
    stopPostings: async (reason) => { sure(await stopPostings(pool)(fay, entity, reason)); },
    letPostingsGo: async (reason) => {
      const { rows: [brake] } = await pool.query<{ since: Date }>("select stopped_at as since from posting_brake where entity = $1", [entity]);
      sure(await resumePostings(pool)(fred, entity, brake?.since.toISOString() ?? "", reason));
    },
    decide: async (number, code, verb, target, reason) => {
      const { id } = await open(number, code), offered = sure(await desk.remedies(fay, id)), chosen = offered.find((each) => each.verb === verb && each.target === target && each.why === null);
      if (!chosen) throw new Error(`${verb} ${target} is not offered for ${code} of ${number}: ${JSON.stringify(offered.map(({ verb: other, target: of, why }) => [other, of, why]))}`);
      sure(await desk.remedy(fay, id, { verb, target, digest: chosen.digest, given: {} }, reason));
    },
    sendAgain: async (number, code, reason) => { const { fingerprint, id } = await open(number, code); sure(await desk.retry(olga, { fingerprint, items: [id] }, reason)); },
    recode: async (system, customer, code, reason) => { sure(await desk.mapCode(olga, entity, { kind: "customer", system, code, canonical: customer }, reason)); },
    close: () => pool.end(),
  };
}
