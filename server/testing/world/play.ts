import { addMs, epochMs, minutes } from "../../domain/instant";
import { at, isLater, settled, type Later, type Sayable, type Told } from "./builders";
import { seeded } from "./chance";
import type { Fault } from "./delivery";
import { createWorld, type Decision, type World, type WorldOptions } from "./world";

/**
 * A script that can be told in order, or shuffled, doubled and delayed. Between two fences sources say things; a fence
 * stands where domain.md 2.9 (10) forbids that an event moves across: a cut, a period close, a dated rate, a gate's outcome.
 */
export interface Play {
  /** Masters that everybody knew long before: never moved. */
  given(...things: Sayable[]): void;
  tell(...things: Sayable[]): void;
  /** A person's decision, made as soon as such a hold stands (in order: it must stand now). */
  decide(decision: Decision): void;
  /** The same where a hold may come only in another order of arrival; where none stands nothing happens. */
  allow(decision: Decision): void;
  fault(fault: Fault): void;
  /** The clock runs to here; nothing told before arrives after. */
  until(short: string): void;
  /** Does something to the world that is no event: a connector goes down, stock is counted. Held fixed in every run. */
  act(change: (world: World) => void): void;
  /** Looks at the world in between; only when told in order. */
  check(look: (world: World) => void): void;
}
export type Script = (play: Play) => void;

/** Tells a script as it is written. */
export function tellInOrder(script: Script, options: WorldOptions, after: (world: World) => void = () => undefined): World {
  const world = createWorld(options);
  script({
    given: (...things) => { world.tell(...things); },
    tell: (...things) => { for (const thing of things) { world.tell(thing); after(world); } },
    decide: (decision) => { if (world.decide(decision) === 0) throw new Error(`no ${decision.rule} hold to decide about`); after(world); },
    allow: (decision) => { if (world.decide(decision) > 0) after(world); },
    fault: (fault) => { world.fault(fault); },
    until: (short) => { world.advance(short); after(world); },
    act: (change) => { change(world); world.settle(); after(world); },
    check: (look) => { look(world); },
  });
  return world;
}

export interface ShuffleOptions {
  /** Called after every settlement: for properties of every reachable state. */
  after?: (world: World) => void;
  /** Nothing arrives later than this many minutes after it could. */
  delayMinutes?: number;
  /** About a third of what is told is lost; all of it is delivered again when everything else is over. */
  lossy?: boolean;
}

/**
 * Tells a script with every stretch between fences shuffled, about half of it doubled, and each event late by up to
 * `delayMinutes`. Commands go out and subjects are planned in random order too. Decisions stand as instructions from
 * their stretch on: whoever asks is answered as in the script.
 */
export function tellShuffled(script: Script, seed: number, options: WorldOptions, shuffle: ShuffleOptions = {}): World {
  const chance = seeded(seed);
  const world = createWorld({ ...options, chance });
  const standing: Decision[] = [];
  const answered = new Set<string>();
  /** Every standing instruction answers each hold once: what is asked again with other content is answered again. */
  const decided = () => {
    const once = (decision: Decision): NonNullable<Decision["where"]> => (hold) => {
      const key = [decision.author, hold.subject, hold.rule, hold.slot, hold.digest, hold.amount].join("|");
      if (answered.has(key) || !(decision.where?.(hold) ?? true)) return false;
      answered.add(key);
      return true;
    };
    while (standing.some((decision) => world.decide({ ...decision, where: once(decision) }) > 0));
    shuffle.after?.(world);
  };
  let stretch: (Told | Later)[] = [];
  const lost: (Told | Later)[] = [];

  const flush = (until?: string) => {
    const arrivals = arrange(stretch, world.store.now, until === undefined ? null : at(until), chance, minutes(shuffle.delayMinutes ?? 90));
    for (const told of stretch) if (!isLater(told) && told.type === "shipment.confirmed") world.wms.physically(told.data as never);
    stretch = [];
    for (const { when, told } of arrivals) {
      world.advance(when);
      if (shuffle.lossy && chance(3) === 0) { lost.push(told); continue; }
      world.deliver(told);
      if (chance(4) > 0) { world.settle(); decided(); }
    }
    world.settle();
    decided();
    if (until !== undefined) { world.advance(until); decided(); }
  };

  script({
    given: (...things) => { flush(); for (const thing of things) world.deliver(thing); world.settle(); },
    tell: (...things) => { for (const thing of things) stretch.push(settled(thing)); },
    decide: (decision) => { standing.push(decision); },
    allow: (decision) => { standing.push(decision); },
    fault: (fault) => { flush(); world.fault(fault); },
    until: (short) => { flush(short); },
    act: (change) => { flush(); change(world); world.settle(); decided(); },
    check: () => undefined,
  });
  flush();
  for (const told of lost) { world.deliver(told); world.settle(); decided(); }
  // A call whose answer was lost just before the end is found out: the story is judged when nothing is in doubt that can be known.
  for (let next = world.delivery.nextLook(); next !== null; next = world.delivery.nextLook()) { world.advance(next); decided(); }
  return world;
}

/** When each telling arrives: never before it was said, never after `until`, in random order, some of it twice. */
function arrange(stretch: readonly (Told | Later)[], now: string, until: string | null, chance: (below: number) => number, delay: number): { when: string; told: Told | Later }[] {
  const last = stretch.reduce((latest, told) => (told.at > latest ? told.at : latest), now);
  const limit = until ?? addMs(last, delay);
  const arrival = (told: Told | Later) => {
    const from = Math.max(epochMs(told.at), epochMs(now));
    const span = Math.max(0, epochMs(limit) - from);
    return addMs(new Date(from).toISOString(), chance(2) === 0 ? chance(Math.min(span, delay) + 1) : chance(span + 1));
  };
  return stretch
    .flatMap((told) => (chance(2) === 0 ? [told, told] : [told]))
    .map((told) => ({ when: arrival(told), told, tie: chance(1 << 20) }))
    .sort((a, b) => a.when.localeCompare(b.when) || a.tie - b.tie);
}
