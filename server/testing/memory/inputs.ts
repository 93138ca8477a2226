import type { FactStore, Inbox, StoredMessage } from "@/server/pipeline/ports";
import type { Clock } from "@/server/pipeline/ports";
import { keepFact, subjectRow, type Rows } from "./rows";

/** The inbox without a database: same answers, one process. */
export const createMemoryInbox = (rows: Rows, clock: Clock, entity: string): Inbox => ({
  store(messages) {
    return Promise.resolve(messages.map((message): StoredMessage => {
      const known = rows.messages.find((row) => row.connector === message.connector && row.sourceMessageId === message.sourceMessageId);
      if (known?.digest === message.digest) return { verdict: "repeated", id: known.id };
      const id = String(rows.messages.length + 1);
      rows.messages.push({ ...message, id, state: known ? "failed" : "received", code: known ? "CTR-02" : null, deaths: 0, receivedAt: clock.now() });
      if (known) rows.exceptions.push({ code: "CTR-02", about: id });
      return { verdict: known ? "conflict" : "accepted", id };
    }));
  },
  claimWaiting(limit) {
    const chosen = rows.messages.filter((row) => row.state === "received").slice(0, limit);
    return Promise.resolve(chosen.map(({ deaths, ...row }) => ({ ...row, entity, deaths })));
  },
  settle(results) {
    for (const result of results) {
      const row = rows.messages.find(({ id }) => id === result.id);
      if (!row) continue;
      row.state = result.verdict;
      if (result.verdict === "failed") { row.code = result.failure.code; rows.exceptions.push({ code: result.failure.code, about: row.id }); }
      if (result.verdict !== "normalized") continue;
      for (const { event, subject } of result.events) {
        if (rows.events.has(event.id)) continue;
        rows.events.set(event.id, event);
        rows.waiting.push({ subject, input: { kind: "event", id: event.id, messageId: row.id, event, recordedAt: clock.now() } });
      }
    }
    return Promise.resolve();
  },
});

export const createMemoryFacts = (rows: Rows, clock: Clock): FactStore => ({
  foldWaiting(limit, fold) {
    const taken = rows.waiting.splice(0, limit);
    const subjects = new Set(taken.map(({ subject }) => subject));
    for (const subject of [...subjects].sort()) {
      const row = subjectRow(rows, subject);
      const folded = fold(subject, taken.filter((one) => one.subject === subject).map(({ input }) => input));
      const fresh = folded.facts.filter(({ fact }) => keepFact(rows, fact));
      for (const { naturalKey, to, reference } of folded.verdicts) {
        const command = rows.commands.get(naturalKey);
        if (command?.state === "unknown") Object.assign(command, { state: to, dueAt: clock.now(), reference: reference ?? command.reference, rejection: null });
      }
      for (const { failure } of folded.failures) rows.exceptions.push({ code: failure.code, about: subject });
      if (fresh.length > 0 || folded.wake || folded.verdicts.length > 0) row.factVersion += 1;
    }
    return Promise.resolve(taken.length);
  },
});
