import { addMs } from "@/server/domain/instant";
import { processTimers } from "@/server/pipeline/timers";
import { testPolicy } from "../world/defaults";
import { brakeOf, createMemoryPostings } from "./brake";
import { portsContract, type Harness } from "./contract";
import { breakerOf } from "./health";
import { createLandscape } from "./landscape";
import { createMemoryStores } from "./ports";
import { createRows } from "./rows";

portsContract("memory", ({ serial }): Promise<Harness> => {
  let now = new Date().toISOString();
  const clock = { now: () => now }, rows = createRows();
  const ports = {
    clock, timers: processTimers, identifiers: { next: () => "id" }, random: { fraction: () => 0 }, connectors: createLandscape({ clock }),
    ...createMemoryStores({ rows, clock, policy: testPolicy, worker: "w", serialKeyOf: (_, kind) => (serial && kind === "post_invoice" ? "one" : null) }),
  };
  return Promise.resolve({
    ports, close: () => Promise.resolve(), breaker: (connector) => Promise.resolve(breakerOf(rows, connector).state),
    pass: (ms) => { now = addMs(now, ms); return Promise.resolve(); },
    commands: () => Promise.resolve([...rows.commands.values()].map(({ naturalKey, state, attempts, attemptsBase, payload }) => ({ naturalKey, state, attempts, tries: attempts - attemptsBase, payload })).sort((a, b) => a.naturalKey.localeCompare(b.naturalKey))),
    postings: createMemoryPostings(rows, clock), stopped: () => Promise.resolve(brakeOf(rows, "US01").stop),
    aside: () => Promise.resolve([...brakeOf(rows, "US01").aside].filter(([, { isReleased }]) => !isReleased).map(([command, { digest }]) => ({ command, digest }))),
    openExceptions: () => Promise.resolve(rows.exceptions.filter(({ isOpen }) => isOpen).map(({ code }) => code)),
  });
});
