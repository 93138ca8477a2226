import { createHash } from "node:crypto";
import { fromEpochMs, type Instant } from "@/server/domain/instant";

/** Draws below a number, the same ones for the same seed. */
export type Chance = (below: number) => number;

/** Whoever waits for an answer. A crash never resolves what a dead one waits for; a frozen one hears nothing until it goes on. */
export interface Owner { name: string; isAlive: boolean; frozenUntil: number }

interface Planned { at: number; tie: number; owner: Owner | null; name: string; run: (() => void) | null }

/**
 * One virtual clock and everything that is still to happen. One thing happens at a time; before the next, whatever it set in
 * motion has run until it waits again. What is due at the same moment comes in an order that the seed chooses.
 */
export class Scheduler {
  private readonly heap: Planned[] = [];
  private readonly hash = createHash("sha256");
  private readonly chance: Chance;
  /** What happened, for a story; kept only where somebody reads it. */
  readonly trace: string[] | null;
  now: number;
  happened = 0;

  constructor(chance: Chance, start: number, keepsTrace: boolean) {
    this.chance = chance;
    this.now = start;
    this.trace = keepsTrace ? [] : null;
  }

  instant(): Instant { return fromEpochMs(this.now); }

  /** Something that happens `ms` from now, to an owner only as long as it lives, and unless what is answered is called before. */
  plan(ms: number, owner: Owner | null, name: string, run: () => void): () => void {
    const planned: Planned = { at: this.now + Math.max(0, Math.floor(ms)), tie: this.chance(1 << 30), owner, name, run };
    this.push(planned);
    return () => { planned.run = null; };
  }

  note(what: string): void {
    this.hash.update(what);
    this.trace?.push(`${this.instant().slice(5, 23).replace("T", " ")} ${what}`);
  }

  /** Runs until nothing is left, `until` has come, or `isOver` says so; asked after each thing that happened. */
  async run(until: number, isOver: () => boolean): Promise<void> {
    for (;;) {
      const next = this.heap[0];
      if (!next || next.at > until) { this.now = Math.max(this.now, until); return; }
      this.pop();
      if (next.run === null || next.owner?.isAlive === false) continue;
      this.now = Math.max(this.now, next.at);
      if (next.owner && next.owner.frozenUntil > this.now) { next.at = next.owner.frozenUntil; this.push(next); continue; }
      this.happened += 1;
      this.note(`${this.now} ${next.name}`);
      next.run();
      await new Promise<void>((resolve) => { setImmediate(resolve); });
      if (isOver()) return;
    }
  }

  digest(): string { return this.hash.copy().digest("hex").slice(0, 16); }

  private push(planned: Planned): void {
    const { heap } = this;
    let index = heap.push(planned) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(planned, heap[parent] as Planned)) break;
      heap[index] = heap[parent] as Planned;
      index = parent;
    }
    heap[index] = planned;
  }

  private pop(): void {
    const { heap } = this, last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Planned, heap[child] as Planned)) child += 1;
      if (!isBefore(heap[child] as Planned, last)) break;
      heap[index] = heap[child] as Planned;
      index = child;
    }
    heap[index] = last;
  }
}

const isBefore = (a: Planned, b: Planned): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie);
