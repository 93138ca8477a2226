import type pg from "pg";
import { postEvents } from "@/server/api/public/events";
import type { Composition } from "@/server/composition";
import type { Options } from "./options";
import type { Stub, WorkerProcess } from "./processes";
import { orderEvent, type Sent } from "./setting";

/** What every part of the benchmark works with. */
export interface Bench { options: Options; tower: Composition; stub: Stub; worker: WorkerProcess; key: string; say: (line: string) => void; serial: { next: number } }

/** The next orders, never seen before. */
export const freshOrders = ({ serial }: Bench, count: number): { number: string; event: Sent }[] =>
  Array.from({ length: count }, () => { const at = serial.next++, number = `SO-${at}`; return { number, event: orderEvent(number, at) }; });

/** A request to the front door, as the web process gets it. */
export const requestOf = (key: string, events: Sent | Sent[]): Request => new Request("http://127.0.0.1/api/v1/events", {
  method: "POST", headers: { authorization: `Bearer ${key}`, "content-type": Array.isArray(events) ? "application/cloudevents-batch+json" : "application/cloudevents+json" }, body: JSON.stringify(events),
});

/** Throws unless every event of the request was accepted. */
export async function accept({ tower, key }: Pick<Bench, "tower" | "key">, events: Sent | Sent[]): Promise<void> {
  const response = await postEvents(tower.services, requestOf(key, events));
  const body = await response.json() as { results?: { status: string; detail?: string }[] };
  const bad = body.results?.find(({ status }) => status !== "accepted");
  if (response.status !== 202 || bad) throw new Error(`the front door answered ${response.status} ${bad?.status ?? ""} ${bad?.detail ?? JSON.stringify(body).slice(0, 300)}`);
}

export async function acceptAll(bench: Bench, count: number): Promise<void> {
  const orders = freshOrders(bench, count);
  for (let from = 0; from < count; from += 500) await accept(bench, orders.slice(from, from + 500).map(({ event }) => event));
}

/** One by one, so that each is answered by an index of its own: asking every 20 ms must not be what is measured. */
const openStates = ["state = 'wanted'", "state = 'sending'", "state = 'unknown'", "state = 'confirmed' and verified_at is null and verify_due_at is not null"];
const quietSql = `
  select (select count(*) from (select 1 from inbound_message where state = 'received' limit 1) a)
    + (select count(*) from (select 1 from outbox limit 1) a) + (select count(*) from (select 1 from wake where due_at <= now() limit 1) a)
    + (select count(*) from (${openStates.map((state) => `(select 1 from command where ${state} limit 1)`).join(" union all ")}) a) as open`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Waits until nothing waits any more: no message, event, publication, plan, call or read-back. Fails with what stands open
 * when it takes longer than `limitMs`.
 */
export async function untilQuiet(pool: pg.Pool, limitMs: number): Promise<void> {
  for (const until = performance.now() + limitMs; ;) {
    const { rows } = await pool.query<{ open: string }>(quietSql);
    if (rows[0]?.open === "0") return;
    if (performance.now() > until) throw new Error(`the work did not come to an end within ${Math.round(limitMs / 1000)} s: ${await standing(pool)}`);
    await pause(20);
  }
}

/** Waits until the stub was asked `calls` times for `kind`. */
export async function untilCalled(stub: Stub, kind: string, calls: number, limitMs: number, pool: pg.Pool): Promise<void> {
  for (const until = performance.now() + limitMs; ;) {
    if (((await stub.counts()).calls[kind] ?? 0) >= calls) return;
    if (performance.now() > until) throw new Error(`${kind} was not called ${calls} times within ${Math.round(limitMs / 1000)} s: ${await standing(pool)}`);
    await pause(20);
  }
}

async function standing(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ line: string }>(`
    select 'command ' || kind || ' ' || state || ' ' || count(*) || coalesce(' ' || min(rejection_message), '') as line from command group by kind, state
    union all select 'message ' || state || ' ' || count(*) || coalesce(' ' || min(error_message), '') from inbound_message group by state
    union all select 'exception ' || code || ' ' || count(*) || ' ' || min(message) from exception_item where state = 'open' group by code
    union all select 'hold ' || rule || ' ' || count(*) || ' ' || min(message) from hold where closed_at is null group by rule
    union all select 'wait ' || count(*) || ' ' || min(message) from wait having count(*) > 0
    union all select 'unplanned ' || split_part(subject_id, ':', 2) || ' ' || count(*) from wake where due_at <= now() group by split_part(subject_id, ':', 2)`);
  return rows.map(({ line }) => line).join("; ");
}
