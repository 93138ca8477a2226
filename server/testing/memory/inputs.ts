import type { Inbox, StoredMessage } from "@/server/pipeline/ports";
import type { Clock } from "@/server/pipeline/ports";
import { keepEvent, type Rows } from "./rows";

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
  setAside(message, failure) {
    if (rows.messages.some((row) => row.connector === message.connector && row.sourceMessageId === message.sourceMessageId)) return Promise.resolve();
    const id = String(rows.messages.length + 1);
    rows.messages.push({ ...message, id, state: "failed", code: failure.code, deaths: 0, receivedAt: clock.now() });
    rows.exceptions.push({ code: failure.code, about: id });
    return Promise.resolve();
  },
  claimWaiting(limit) {
    const chosen = rows.messages.filter((row) => row.state === "received").slice(0, limit);
    return Promise.resolve(chosen.map(({ deaths, ...row }) => ({ ...row, entity, deaths, changes: [] })));
  },
  settle(results) {
    for (const result of results) {
      const row = rows.messages.find(({ id }) => id === result.id);
      if (!row) continue;
      row.state = result.verdict;
      if (result.verdict === "failed") { row.code = result.failure.code; rows.exceptions.push({ code: result.failure.code, about: row.id }); }
      if (result.verdict !== "normalized") continue;
      for (const { event, subject } of result.events) keepEvent(rows, event, subject, clock.now());
    }
    return Promise.resolve();
  },
});
