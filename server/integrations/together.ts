import type { Http } from "./contract/connector";
import type { Recording } from "./http/recording";

/** Who comes to an act: its lease, its record, and the door of an act that is led by it. */
export interface Comer { signal: AbortSignal; recording: Recording; open(records: readonly Recording[]): Http }
interface Waiting { comer: Comer; one: unknown; act: Act; resolve(answer: unknown): void; reject(error: unknown): void }
type Act = (all: readonly unknown[], http: Http) => Promise<readonly unknown[]>;

/** Acts of one installation, in memory only: one at a time under each name, each for all who came while the one before was under way. */
export interface Gatherings { join(name: string, comer: Comer, one: unknown, act: Act): Promise<unknown> }

export function createGatherings(): Gatherings {
  const open = new Map<string, Waiting[]>();

  const run = async (name: string, waiting: Waiting[]): Promise<void> => {
    while (waiting.length > 0) {
      // whoever's lease ended while it waited has had its answer: nothing begins for it any more
      const present = waiting.splice(0).filter(({ comer }) => !comer.signal.aborted), last = present.at(-1);
      if (!last) continue;
      try {
        const answers = await last.act(present.map(({ one }) => one), last.comer.open(present.map(({ comer }) => comer.recording)));
        for (const [at, each] of present.entries()) each.resolve(answers[at]);
      } catch (error) {
        for (const each of present) each.reject(error);
      }
    }
    open.delete(name);
  };

  return {
    join: (name, comer, one, act) => new Promise((resolve, reject) => {
      const known = open.get(name), waiting = known ?? [];
      waiting.push({ comer, one, act, resolve, reject });
      if (known) return;
      open.set(name, waiting);
      void run(name, waiting);
    }),
  };
}
