import { Counter, Gauge, Registry } from "prom-client";
import { turnedAwayFor, type Admission } from "@/server/api/admission";
import type { HealthReport } from "@/server/api/services";
import type { Query } from "@/server/read/query";

/** Prometheus text, read from the rows at each scrape: the figures are the same whichever process answers, but those of its own doors. */
export async function renderMetrics(query: Query, health: () => Promise<HealthReport>, stops: () => Promise<{ entity: string; seconds: number; waiting: number }[]>, admission: Pick<Admission, "figures">): Promise<{ contentType: string; text: string }> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge => new Gauge({ name: `ledgerline_${name}`, help, labelNames, registers: [registry] });
  const report = await health();
  gauge("up", "1 where database and a worker are alive").set(report.status === "ok" ? 1 : 0);
  const backlog = gauge("backlog", "Rows that wait, by stage", ["stage"]);
  for (const stage of ["messages", "unplanned", "commandsDue", "outbox"] as const) backlog.set({ stage }, report.backlog[stage]);
  gauge("backlog_oldest_seconds", "Age of the oldest message that waits").set(report.backlog.oldestSeconds);
  const door = admission.figures();
  gauge("door_requests", "Requests under way at the doors of this process that bring something").set(door.requests);
  gauge("door_bytes", "Bytes of their bodies in memory").set(door.bytes);
  const turnedAway = new Counter({ name: "ledgerline_door_turned_away_total", help: "Requests that this process answered with 429, by what there was no room for, or with 408 as they came too slowly", labelNames: ["reason"], registers: [registry] });
  for (const reason of turnedAwayFor) turnedAway.inc({ reason }, door.turnedAway[reason]);
  if (report.database.ok) {
    const commands = gauge("commands", "Commands that are not confirmed, by connector and state", ["connector", "state"]);
    for (const row of await query.rows<{ connector: string; state: string; count: number }>("select connector, state, count(*)::int as count from command where state in ('wanted', 'sending', 'unknown', 'rejected') group by 1, 2")) commands.set({ connector: row.connector, state: row.state }, row.count);
    const exceptions = gauge("exceptions_open", "Open exceptions by code", ["code"]);
    for (const row of await query.rows<{ code: string; count: number }>("select code, count(*)::int as count from exception_item where state = 'open' group by 1")) exceptions.set({ code: row.code }, row.count);
    const holds = gauge("holds_active", "Active holds by rule", ["rule"]);
    for (const row of await query.rows<{ rule: string; count: number }>("select rule, count(*)::int as count from hold where state = 'active' group by 1")) holds.set({ rule: row.rule }, row.count);
    const stopped = gauge("postings_stopped_seconds", "For how long postings of an entity have been stopped; absent where they are not", ["entity"]);
    const waiting = gauge("postings_stopped_waiting", "Postings that wait because those of their entity are stopped", ["entity"]);
    for (const stop of await stops()) { stopped.set({ entity: stop.entity }, stop.seconds); waiting.set({ entity: stop.entity }, stop.waiting); }
    const attempts = gauge("attempts_last_minute", "Calls in the last minute by connector and outcome", ["connector", "outcome"]);
    for (const row of await query.rows<{ connector: string; outcome: string; count: number }>("select connector, coalesce(outcome, 'open') as outcome, count(*)::int as count from attempt where started_at > now() - interval '1 minute' group by 1, 2")) attempts.set({ connector: row.connector, outcome: row.outcome }, row.count);
    const missing = gauge("completeness_missing", "Documents that a source says exist and that are not held", ["connector", "kind"]);
    const oldest = gauge("completeness_oldest_seconds", "Age of the oldest gap of a source", ["connector", "kind"]);
    for (const row of await query.rows<{ connector: string; kind: string; count: number; seconds: number }>("select connector, kind, count(*)::int as count, extract(epoch from now() - min(misses_from))::int as seconds from census_document where state = 'missing' group by 1, 2")) { missing.set({ connector: row.connector, kind: row.kind }, row.count); oldest.set({ connector: row.connector, kind: row.kind }, row.seconds); }
    const totals = gauge("control_totals_off", "Control totals that differ from what is held, or were to be stated and were not", ["connector", "kind", "state"]);
    for (const row of await query.rows<{ connector: string; kind: string; state: string; count: number }>("select connector, kind, state, count(*)::int as count from control_total where state in ('differs', 'silent') group by 1, 2, 3")) totals.set({ connector: row.connector, kind: row.kind, state: row.state }, row.count);
    const asked = gauge("completeness_asked_behind_seconds", "Time since the close of the last window for which a source was asked", ["connector", "census"]);
    for (const row of await query.rows<{ connector: string; census: string; seconds: number }>("select connector, name as census, extract(epoch from now() - checked_to)::int as seconds from census")) asked.set({ connector: row.connector, census: row.census }, row.seconds);
    const breakers = gauge("breaker_open", "1 where a connector's breaker is not closed", ["connector"]);
    for (const row of await query.rows<{ connector: string; open: number }>("select connector, (state <> 'closed')::int as open from breaker")) breakers.set({ connector: row.connector }, row.open);
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
}
