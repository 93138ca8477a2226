import type { CommandKind } from "@/server/domain/commands";
import { addMs } from "@/server/domain/instant";
import { isPosting } from "@/server/domain/posting-brake";
import { nothingClaimed } from "@/server/domain/posting-guard";
import type { InboundInput, Ports, Settlement } from "@/server/pipeline/ports";
import { brakeOf } from "../memory/brake";
import { claimedOf } from "../memory/commands";
import { changed, type Rows } from "../memory/rows";
import type { Fault } from "./faults";
import type { Tamper } from "./run";
import type { Setting } from "./setting";

/** A guard of the engine, and how it is broken: by a port that lies, never by a switch in what it guards. */
export interface Guard { guard: string; breaks: Tamper; /** Only in settings in which the guard has something to do. */ under?: (setting: Setting) => Setting }

const commandsOf = (ports: Ports, more: Partial<Ports["commands"]>): Ports => ({ ...ports, commands: { ...ports.commands, ...more } });
const connectorsOf = (ports: Ports, more: Partial<Ports["connectors"]>): Ports => ({ ...ports, connectors: { ...ports.connectors, ...more } });
const settling = (ports: Ports, change: (settlement: Settlement) => Settlement): Ports => commandsOf(ports, { settle: (settlements) => ports.commands.settle(settlements.map(change)) });
const rowOf = (rows: Rows, settlement: Settlement) => rows.commands.get(settlement.command.naturalKey);
const money: ReadonlySet<CommandKind> = new Set<CommandKind>(["post_invoice", "post_credit", "post_debit"]);

/** Only what fits is settled. */
const settlingSome = (ports: Ports, fits: (settlement: Settlement) => boolean): Ports => commandsOf(ports, { settle: (settlements) => ports.commands.settle(settlements.filter(fits)) });
/** Guards whose loss a run must not survive. */
export const guards: readonly Guard[] = [
  {
    guard: "look-up before a second try",
    breaks: (ports) => settling(ports, (settlement) => (settlement.purpose === "send" && settlement.to === "unknown" ? { ...settlement, to: "wanted", repeatUntil: null, dueAt: settlement.endedAt } : settlement)),
  },
  {
    guard: "two empty look-ups, and the second after the first",
    breaks: (ports) => settling(ports, (settlement) => (settlement.outcome === "absent" ? { ...settlement, to: "wanted", lookups: 0, dueAt: settlement.endedAt } : settlement)),
    // Targets that show late what they did, and whose answers are lost.
    under: (setting) => ({ ...setting, manners: Object.fromEntries(Object.keys(setting.manners).map((connector) => [connector, { idempotentForMs: 0, lookup: { by: "reference", consistency: "eventual", settleMs: 60_000, complete: true } }])), faults: [...setting.faults, ...Array.from({ length: 8 }, (_, index): Fault => ({ what: "call", connector: "erp", nth: index * 2, does: "slow" }))] }),
  },
  {
    guard: "an expired lease is a doubt, not a wish",
    breaks: (ports, rows) => commandsOf(ports, { claimUnknown: async (request) => {
      const now = ports.clock.now();
      for (const row of rows.live) if (row.state === "sending" && (row.leaseUntil ?? "") < now) changed(rows, Object.assign(row, { state: "wanted" as const, dueAt: now, leaseUntil: null, owner: null }));
      return ports.commands.claimUnknown(request);
    } }),
  },
  {
    guard: "the lease and the attempt that a settlement leaves",
    // A late worker's word counts, whoever has the command by now and whatever is known of it.
    breaks: (ports, rows) => settling(ports, (settlement) => {
      const row = rowOf(rows, settlement);
      if (!row || settlement.purpose !== "send" || (row.owner === settlement.command.owner && row.attempts === settlement.command.attempt)) return settlement;
      Object.assign(row, { state: "sending", owner: settlement.command.owner, attempts: settlement.command.attempt });
      changed(rows, row);
      return settlement;
    }),
    under: (setting) => ({ ...setting, workers: 3, faults: [...setting.faults.filter(({ what }) => what !== "crash"), ...Array.from({ length: 20 }, (_, index): Fault => ({ what: "freeze", step: 60 + index * 37, ms: 70_000 })), ...Array.from({ length: 12 }, (_, index): Fault => ({ what: "call", connector: "erp", nth: index * 3, does: "down" }))] }),
  },
  {
    guard: "the mark before any byte leaves",
    // What was claimed is put back as it was, and sent all the same.
    breaks: (ports, rows) => commandsOf(ports, { claim: async (request) => {
      const claimed = await ports.commands.claim(request);
      for (const { naturalKey } of claimed) { const row = rows.commands.get(naturalKey); if (row?.state === "sending" && money.has(row.kind)) changed(rows, Object.assign(row, { state: "wanted" as const, leaseUntil: null })); }
      return claimed;
    } }),
  },
  {
    guard: "the natural key of a command",
    // A confirmed command's row is forgotten, and its key with it: the next plan finds none.
    breaks: (ports, rows) => commandsOf(ports, { settle: async (settlements) => {
      const held = await ports.commands.settle(settlements);
      for (const settlement of settlements) {
        const row = rowOf(rows, settlement);
        if (row?.state !== "confirmed" || settlement.purpose !== "verify" || !money.has(row.kind)) continue;
        rows.commands.delete(row.naturalKey);
        rows.subjects.get(row.subjectId)?.commands.delete(row.naturalKey);
        rows.live.drop(row);
      }
      return held;
    } }),
  },
  {
    guard: "the identity of a message",
    // The same statement again is another event with another version: what a source repeats counts twice.
    breaks: (ports) => ({ ...ports, inbox: { ...ports.inbox, store: (messages) => ports.inbox.store(messages.map((message): InboundInput => ({ ...message, sourceMessageId: `${message.sourceMessageId}/${ports.identifiers.next()}` }))) },
      connectors: { ...ports.connectors, async translate(message) {
        const translated = await ports.connectors.translate(message);
        if (translated.ok) for (const event of translated.value.events) if (event.type === "shipment.confirmed") { const data = event.data as { shipment: string }; data.shipment = `${data.shipment}/${message.sourceMessageId.split("/")[1] ?? ""}`; }
        return translated;
      } } }),
  },
  {
    guard: "the lock and the compare-and-set of a plan",
    breaks: (ports, rows) => ({ ...ports, plans: { planWaiting: (limit, decide) => ports.plans.planWaiting(limit, async (job, read) => {
      const row = rows.subjects.get(job.subject.id);
      const planNo = row?.planNo ?? 0;
      if (row) row.lockedBy = null;
      const answer = await decide(job, read);
      // A plan that another overtook is written over it all the same.
      if (row) row.planNo = planNo;
      return answer;
    }) } }),
  },
  {
    guard: "facts after the lock",
    // A wake that came while a subject was planned is forgotten with those that the plan has answered.
    breaks: (ports, rows) => ({ ...ports, plans: { planWaiting: (limit, decide) => ports.plans.planWaiting(limit, async (job, read) => {
      const answer = await decide(job, read);
      const row = rows.subjects.get(job.subject.id), now = ports.clock.now();
      if (row) row.wakes = row.wakes.filter((at) => at > now);
      return answer;
    }) } }),
    under: (setting) => ({ ...setting, workers: 3, spreadMs: 1_000 }),
  },
  {
    guard: "the read-back of what was posted",
    breaks: (ports) => connectorsOf(ports, { verify: (command, reference, signal) => ports.connectors.verify(command, reference, signal).then(({ exchange }) => ({ answer: { kind: "missing" }, exchange })) }),
  },
  {
    guard: "publications that are passed on after their commit",
    breaks: (ports, rows) => ({ ...ports, broadcasts: { passOn: (limit) => { rows.outbox.splice(0, limit); return ports.broadcasts.passOn(limit); } } }),
  },
  {
    guard: "the stop of all postings",
    // A claim that does not look at the brake.
    breaks: (ports, rows) => commandsOf(ports, { claim: async (request) => {
      const claimed = await ports.commands.claim(request), now = ports.clock.now();
      for (const row of rows.live) {
        if (row.connector !== request.connector || row.lane !== request.lane || row.state !== "wanted" || row.dueAt > now || !isPosting(row.kind) || !brakeOf(rows, row.entity).stop) continue;
        Object.assign(row, { state: "sending", attempts: row.attempts + 1, owner: request.worker, leaseUntil: addMs(now, request.leaseMs), firstSentAt: row.firstSentAt ?? now, lastSentAt: now });
        changed(rows, row);
        claimed.push(claimedOf(row));
      }
      return claimed;
    }, lanesWithWork: async () => [...(await ports.commands.lanesWithWork()), ...[...rows.live].filter((row) => row.state === "wanted" && isPosting(row.kind) && brakeOf(rows, row.entity).stop).map(({ connector, lane }) => ({ connector, lane, due: 1 }))] }),
    under: (setting) => ({ ...setting, limit: null, spreadMs: 60_000, faults: [...setting.faults.filter(({ what }) => what !== "stop"), { what: "stop", fromMs: 5_000, ms: 300_000 }] }),
  },
  {
    guard: "the limit of a day (P21)",
    // What was claimed before is forgotten.
    breaks: (ports, rows) => commandsOf(ports, { claim: (request) => { for (const brake of rows.brakes.values()) brake.claimed = nothingClaimed; return ports.commands.claim(request); } }),
    under: (setting) => ({ ...setting, limit: 1 }),
  },
  {
    guard: "a settlement that is lost is found by its lease",
    // Now and then the store never hears of one, and nobody looks at how long its command has been sent.
    breaks: (ports, rows) => settlingSome(ports, (settlement) => {
      const row = rowOf(rows, settlement);
      if (!row || settlement.purpose !== "send" || !money.has(row.kind)) return true;
      row.leaseUntil = "9999-12-31T00:00:00.000Z";
      return false;
    }),
  },
];
