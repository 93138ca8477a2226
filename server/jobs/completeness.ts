import { createHash, randomUUID } from "node:crypto";
import { dueSpan, heardOf, nextAsking, statementsOf, type Listed, type Span } from "@/server/domain/completeness";
import { addMs, epochMs } from "@/server/domain/instant";
import { ok, type Result } from "@/server/domain/result";
import type { SourceMessage } from "@/server/integrations/contract/connector";
import type { CensusInfo, Integrations } from "@/server/integrations/runtime";
import type { Logger } from "@/server/observability/logger";
import type { Clock, InboundInput, StoredMessage } from "@/server/pipeline/ports";
import type { Asked, CensusClaim, CompletenessStore } from "./ports";

const leaseMs = 120_000, listingMs = 60_000;
/** A listing that needs more is not bounded by its window: it is refused rather than read for ever. */
const pagesAtMost = 500;
const firstPauseMs = 5_000, longestPauseMs = 60_000;
/** A source that somebody else asks, or that has nothing due, is looked at again after this. */
const restMs = 5_000, followMs = 5_000;

export interface CompletenessParts {
  worker: string;
  store: CompletenessStore;
  integrations: Pick<Integrations, "list" | "censuses" | "totals" | "readCensus" | "translate">;
  receive(this: void, inputs: readonly InboundInput[]): Promise<StoredMessage[]>;
  clock: Clock;
  logger: Logger;
}

/**
 * Asks every source that is due what exists there, each by one worker at a time and none holding up another; between times
 * sees what has come, what is missing by now, which control totals differ or were never stated, and what persons want fetched. Answers how much was begun.
 */
export function createCompleteness(parts: CompletenessParts): (signal: AbortSignal) => Promise<number> {
  const { worker, store, integrations, receive, clock, logger } = parts;
  const running = new Set<string>(), restUntil = new Map<string, number>();
  let followAt = 0;

  const listed = async (connector: string, entity: string, message: SourceMessage): Promise<Listed> => {
    const now = clock.now();
    const translated = await integrations.translate({ connector, entity, correlationId: "", receivedAt: now, ...message });
    const events = translated.ok ? translated.value.events : null;
    return { sourceMessageId: message.sourceMessageId, at: message.occurredAt ?? events?.[0]?.occurredAt ?? now, events, excluded: translated.ok ? (translated.value.excluded ?? null) : null };
  };

  /** All that a source lists for a span. It fails where the source counts other than it lists: something moved under its pages. */
  const listing = async (connector: string, census: string, span: Span, signal: AbortSignal): Promise<Result<SourceMessage[]>> => {
    const messages: SourceMessage[] = [], ending = AbortSignal.any([signal, AbortSignal.timeout(listingMs)]);
    let rows = 0, page: unknown = null;
    for (let pages = 0; pages < pagesAtMost; pages += 1) {
      const read = await integrations.readCensus(connector, census, span, page, ending);
      if (!read.ok) return read;
      messages.push(...read.value.messages);
      rows += read.value.rows;
      page = read.value.next;
      if (page !== null) continue;
      const { total } = read.value;
      return total === null || total === rows ? ok(messages) : { ok: false, error: { code: "CMP-01", message: `It counts ${total} and lists ${rows}: asked again` } };
    }
    return { ok: false, error: { code: "CTR-01", message: `More than ${pagesAtMost} pages` } };
  };

  /** Answers for how long nothing is due. */
  const check = async (claim: CensusClaim, census: CensusInfo, signal: AbortSignal): Promise<number> => {
    const now = clock.now(), due = dueSpan(claim.checkedTo, now, census, claim.heard);
    if (!due) {
      const next = nextAsking(claim.checkedTo, census);
      await store.release(worker, claim, next, null);
      return epochMs(next) - epochMs(now);
    }
    const said = await listing(claim.connector, census.name, due.listed, signal);
    if (!said.ok) {
      logger.info({ connector: claim.connector, census: census.name, code: said.error.code, why: said.error.message }, "a source did not say what exists");
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** claim.failures);
      await store.release(worker, claim, addMs(now, pauseMs), said.error.message);
      return pauseMs;
    }
    const statements = (await Promise.all(said.value.map((message) => listed(claim.connector, claim.entity, message)))).flatMap((one) => statementsOf(one, census.kinds));
    await store.settle(worker, claim, { statements, span: due.span, kinds: census.kinds, pace: census, listedTo: claim.checkedTo, checkedTo: due.checkedTo, heard: heardOf(claim.heard, statements, due.listed, clock.now()), now });
    return 0;
  };

  const attend = async (connector: string, census: CensusInfo, signal: AbortSignal): Promise<void> => {
    const name = `${connector}/${census.name}`;
    running.add(name);
    try {
      const claim = await store.claim(worker, connector, census.name, census, leaseMs);
      restUntil.set(name, performance.now() + (claim ? await check(claim, census, signal) : restMs));
    } catch (error) {
      restUntil.set(name, performance.now() + firstPauseMs);
      logger.warn({ error, connector, census: census.name }, "a source was not asked what exists");
    } finally { running.delete(name); }
  };

  /** Lists the window once more and takes in what was missing, as if its source had just told it. */
  const fetch = async (asked: Asked, entity: string, signal: AbortSignal): Promise<void> => {
    const census = (await integrations.censuses(asked.connector)).find(({ name }) => name === asked.census);
    const said = census ? await listing(asked.connector, asked.census, asked.span, signal) : { ok: false as const, error: { code: "TEC-05", message: "It is asked no more" } };
    if (!said.ok || !census) { await store.answerAsked(asked, asked.documents.map((one) => ({ ...one, answer: said.ok ? "" : said.error.message }))); return; }
    const wanted = new Map<string, SourceMessage>(), answers: { kind: Asked["documents"][number]["kind"]; document: string; answer: string }[] = [];
    const tells = await Promise.all(said.value.map(async (message) => ({ message, statements: statementsOf(await listed(asked.connector, entity, message), census.kinds) })));
    for (const { kind, document, version } of asked.documents) {
      const found = tells.find(({ statements }) => statements.some((one) => one.kind === kind && one.document === document && one.version >= version));
      if (found) wanted.set(found.message.sourceMessageId, found.message);
      answers.push({ kind, document, answer: found ? "taken in" : "its source does not list it any more" });
    }
    if (wanted.size > 0) await receive([...wanted.values()].map(({ sourceMessageId, contentType, body }) => ({ connector: asked.connector, sourceMessageId, digest: createHash("sha256").update(body).digest("hex"), contentType, headers: {}, body, correlationId: randomUUID() })));
    await store.answerAsked(asked, answers);
  };

  return async (signal) => {
    const all = await integrations.list(), connectors = all.filter(({ paused }) => !paused);
    for (const { id } of connectors)
      for (const census of await integrations.censuses(id)) {
        const name = `${id}/${census.name}`;
        if (!signal.aborted && !running.has(name) && (restUntil.get(name) ?? 0) <= performance.now()) void attend(id, census, signal);
      }
    for (const asked of await store.claimAsked(leaseMs)) {
      const source = connectors.find(({ id }) => id === asked.connector);
      if (source) void fetch(asked, source.entity, signal).catch((error: unknown) => { logger.warn({ error, connector: asked.connector }, "what was asked for is fetched again"); });
      else await store.answerAsked(asked, asked.documents.map((one) => ({ ...one, answer: "its connector is paused" })));
    }
    await store.look(clock.now());
    if (performance.now() >= followAt) {
      followAt = performance.now() + followMs;
      await store.totals((await Promise.all(all.map(async ({ id, entity, paused }) => { const totals = await integrations.totals(id); return totals ? [{ connector: id, entity, paused, ...totals }] : []; }))).flat(), clock.now());
      await store.follow();
    }
    // Each source is asked by itself; the loop looks again in a second.
    return 0;
  };
}
