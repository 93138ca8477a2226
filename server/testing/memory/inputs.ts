import { addMs } from "@/server/domain/instant";
import type { Failure } from "@/server/domain/result";
import type { Clock, InboundInput, Inbox, StoredMessage } from "@/server/pipeline/ports";
import { keepEvent } from "./facts";
import { openException, type MessageRow, type Rows } from "./rows";
import type { Step } from "./steps";

const identityOf = ({ connector, sourceMessageId }: Pick<InboundInput, "connector" | "sourceMessageId">): string => `${connector}\u0000${sourceMessageId}`;

/** The inbox without a database. */
export function createMemoryInbox(rows: Rows, clock: Clock, step: Step, entity: string): Inbox {
  const insert = (message: InboundInput, failure: Failure | null): MessageRow => {
    const row: MessageRow = { ...message, id: String(rows.messages.size + 1), state: failure ? "failed" : "received", code: failure?.code ?? null, deaths: 0, claimedUntil: null, receivedAt: clock.now() };
    rows.messages.set(row.id, row);
    rows.identities.set(identityOf(message), row);
    if (failure) openException(rows, failure.code, row.id); else rows.waiting.add(row);
    return row;
  };
  const store = (message: InboundInput): StoredMessage => {
    const known = rows.identities.get(identityOf(message));
    if (!known) return { verdict: "accepted", id: insert(message, null).id };
    if (known.digest === message.digest) return { verdict: "repeated", id: known.id };
    // The other content gets an identity of its own, so that its repeats are repeats too.
    const named = { ...message, sourceMessageId: `${message.sourceMessageId}#sha256:${message.digest}` };
    return { verdict: "conflict", id: (rows.identities.get(identityOf(named)) ?? insert(named, { code: "CTR-02", message: "other content" })).id };
  };
  const fail = (row: MessageRow, failure: Failure): void => {
    Object.assign(row, { state: "failed", code: failure.code, claimedUntil: null, deaths: 0 });
    openException(rows, failure.code, row.id);
  };
  return {
    store: (messages) => step("inbox.store", () => messages.map(store)),
    setAside: (message, failure) => step("inbox.set_aside", () => { if (!rows.identities.has(identityOf(message))) insert(message, failure); }),
    claimWaiting: (limit, claimMs) => step("inbox.claim", () => {
      const now = clock.now(), fresh: MessageRow[] = [];
      let suspect: MessageRow | null = null;
      for (const row of rows.waiting) {
        if (row.deaths === 0 && row.claimedUntil === null) { if (fresh.length < limit) fresh.push(row); else break; } else if (fresh.length === 0 && (row.claimedUntil ?? "") < now) { suspect = row; break; }
      }
      return (suspect ? [suspect] : fresh).map((row) => {
        Object.assign(row, { deaths: row.deaths + 1, claimedUntil: addMs(now, claimMs) });
        const { id, connector, sourceMessageId, contentType, body, correlationId, receivedAt, deaths } = row;
        return { id, connector, entity, sourceMessageId, contentType, body, correlationId, receivedAt, deaths: deaths - 1, changes: [] };
      });
    }),
    settle: (results) => step("inbox.settle", () => {
      for (const result of results) {
        const row = rows.messages.get(result.id);
        if (!row) continue;
        rows.waiting.delete(row);
        if (result.verdict === "failed") { fail(row, result.failure); continue; }
        const refused = result.verdict === "normalized" ? result.events.flatMap(({ event, subject }) => keepEvent(rows, event, subject, clock.now()) ?? []) : [];
        if (refused[0]) fail(row, refused[0]); else Object.assign(row, { state: result.verdict, code: null, claimedUntil: null, deaths: 0 });
      }
    }),
  };
}
