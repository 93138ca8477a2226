import { createHash } from "node:crypto";
import { Heap } from "../memory/heap";
import { fromEpochMs, type Instant } from "@/server/domain/instant";

/** Draws below a number, the same ones for the same seed. */
export type Chance = (below: number) => number;

/** Whoever waits for an answer. A crash never resolves what a dead one waits for; a frozen one hears nothing until it goes on. */
export interface Owner { name: string; isAlive: boolean; frozenUntil: number }

/** `isDated`: at that time by the calendar, however long nothing happened before. */
interface Planned { at: number; tie: number; owner: Owner | null; name: string; run: (() => void) | null; isDated: boolean }

/**
 * One virtual clock and everything that is still to happen. One thing happens at a time; before the next, whatever it set in
 * motion has run until it waits again. What is due at the same moment comes in an order that the seed chooses.
 */
export class Scheduler {
  private readonly heap = new Heap<Planned>(isBefore);
  private readonly hash = createHash("sha256");
  private readonly chance: Chance;
  /** What happened, for a story; kept only where somebody reads it. */
  readonly trace: string[] | null;
  now: number;
  happened = 0;
  /** What is not hashed yet. */
  private noted = "";
  private readonly start: number;
  private skipped = 0;
  /** The time is asked for more often than it passes. */
  private told = { ms: NaN, instant: "" };

  constructor(chance: Chance, start: number, keepsTrace: boolean) {
    this.chance = chance;
    this.now = start;
    this.start = start;
    this.trace = keepsTrace ? [] : null;
  }

  /** For how long it ran, without what was skipped. */
  get awakeMs(): number { return this.now - this.start - this.skipped; }

  instant(): Instant {
    if (this.told.ms !== this.now) this.told = { ms: this.now, instant: fromEpochMs(this.now) };
    return this.told.instant;
  }

  /** Something that happens `ms` from now, to an owner only as long as it lives, and unless what is answered is called before. */
  plan(ms: number, owner: Owner | null, name: string, run: () => void, isDated = false): () => void {
    const planned: Planned = { at: this.now + Math.max(0, Math.floor(ms)), tie: this.chance(1 << 30), owner, name, run, isDated };
    this.heap.push(planned);
    return () => { planned.run = null; };
  }

  /** Nothing happens until then, and everybody goes on where they were: as if all processes had been asleep. */
  skip(to: number): void {
    const ms = to - this.now;
    if (ms <= 0) return;
    this.now = to;
    this.skipped += ms;
    this.heap.change((planned) => { if (!planned.isDated) planned.at += ms; });
  }

  note(what: string): void {
    this.noted += `${what}\n`;
    if (this.noted.length > 16_384) this.hashNoted();
    this.trace?.push(`${this.instant().slice(5, 23).replace("T", " ")} ${what}`);
  }

  /** Runs until nothing is left or `isOver` says so; asked after each thing that happened. */
  async run(isOver: () => boolean): Promise<void> {
    for (let next = this.heap.first; next; next = this.heap.first) {
      this.heap.pop();
      if (next.run === null || next.owner?.isAlive === false) continue;
      this.now = Math.max(this.now, next.at);
      if (next.owner && next.owner.frozenUntil > this.now) { next.at = next.owner.frozenUntil; this.heap.push(next); continue; }
      this.happened += 1;
      this.note(`${this.now} ${next.name}`);
      next.run();
      await new Promise<void>((resolve) => { process.nextTick(resolve); });
      if (isOver()) return;
    }
  }

  digest(): string { this.hashNoted(); return this.hash.copy().digest("hex").slice(0, 16); }

  private hashNoted(): void { this.hash.update(this.noted); this.noted = ""; }
}

const isBefore = (a: Planned, b: Planned): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie);
