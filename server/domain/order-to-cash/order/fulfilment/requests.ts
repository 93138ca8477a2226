import { inFlight, type CommandView } from "../../../commands";
import { dec, max, min, positive, zero, type Decimal } from "../../../decimal";
import type { Known } from "../../../facts";
import type { FulfilmentProgressed } from "../../../contracts/fulfilment";
import type { Instant } from "../../../instant";
import type { CommandPayloads, CommandResults } from "../../../payloads";
import type { ShipmentSlices } from "../../../publications";
import type { WarehouseWords } from "../codes";
import type { OrderRecord } from "../record";

/** What one request asks of one line, cumulative; Q3 holds for it. */
export interface RequestLine { released: Decimal; shipped: Decimal; over: Decimal; short: Decimal; recalled: Decimal; recallRefused: Decimal; inProcess: Decimal; picked: Decimal }

/** One release to one warehouse, from our command and from what the warehouse says, whichever came first. */
export interface FulfilmentRequest {
  id: string;
  number: number;
  warehouse: string | null;
  /** `open`: not sent yet and may change; `in_flight`: sent, no answer; `live`: the warehouse has it; `refused`: it does not. */
  state: "open" | "in_flight" | "live" | "refused";
  stage: FulfilmentProgressed["state"] | null;
  /** When it left our hands: what was known later could not change it. */
  releasedAt: Instant;
  acceptedAt: Instant | null;
  shortAt: Instant | null;
  reason: string | null;
  lines: Map<string, RequestLine>;
  command: CommandView | null;
  recalls: readonly CommandView[];
}

const numberOf = (id: string): number => Number(/-R(\d+)$/.exec(id)?.[1] ?? 0);
const emptyLine = (): RequestLine => ({ released: zero, shipped: zero, over: zero, short: zero, recalled: zero, recallRefused: zero, inProcess: zero, picked: zero });

/** All requests of the order by number. Commands that never left are `open`: their content is planned anew. */
export function readRequests(record: OrderRecord, words: WarehouseWords): FulfilmentRequest[] {
  const progress = new Map(record.progress.map((fact) => [fact.data.request, fact]));
  const requests: FulfilmentRequest[] = [];
  for (const command of record.commands.get("release_to_warehouse") ?? []) {
    requests.push(requestOf(command.slot, command, progress.get(command.slot) ?? null, record, words));
    progress.delete(command.slot);
  }
  for (const fact of progress.values()) requests.push(requestOf(fact.data.request, null, fact, record, words));
  return requests.sort((a, b) => a.number - b.number || a.id.localeCompare(b.id));
}

function requestOf(id: string, command: CommandView | null, fact: Known<FulfilmentProgressed> | null, record: OrderRecord, words: WarehouseWords): FulfilmentRequest {
  const payload = command?.payload as CommandPayloads["release_to_warehouse"] | undefined;
  const result = command?.result as CommandResults["release_to_warehouse"] | null | undefined;
  const recalls = (record.commands.get("recall_release") ?? []).filter((recall) => recall.slot === id);
  const lines = new Map<string, RequestLine>();
  for (const { line, quantity } of payload?.lines ?? []) {
    const row = lines.get(line) ?? emptyLine();
    lines.set(line, { ...row, released: row.released.plus(quantity) });
  }
  for (const told of fact?.data.lines ?? []) {
    const row = lines.get(told.line) ?? emptyLine();
    lines.set(told.line, { ...row, released: dec(told.released), picked: max(dec(told.picked), dec(told.packed)), short: dec(told.short), recalled: dec(told.recalled) });
  }
  addRecalls(lines, recalls);
  const stage = fact?.data.state ?? null;
  return {
    id, number: numberOf(id), warehouse: (fact && words(fact.source, fact.data.warehouse).warehouse) ?? payload?.warehouse ?? words(command?.connector ?? "", result?.warehouse).warehouse, stage, state: stateOf(command, stage, result?.state ?? null),
    releasedAt: command?.firstSentAt ?? command?.confirmedAt ?? record.progressSince.get(id) ?? command?.createdAt ?? record.receivedAt,
    acceptedAt: command?.confirmedAt ?? fact?.occurredAt ?? null, shortAt: fact?.occurredAt ?? null,
    reason: fact?.data.reason ?? result?.reason ?? command?.rejection?.message ?? null, lines, command, recalls,
  };
}

function stateOf(command: CommandView | null, stage: FulfilmentRequest["stage"], answer: string | null): FulfilmentRequest["state"] {
  if (stage === "refused" || answer === "refused") return "refused";
  if (stage !== null || command?.state === "confirmed") return "live";
  if (command && inFlight(command.state)) return "in_flight";
  return "open";
}

/** What the answers to our recalls say; the warehouse's own message may say the same, so the larger counts. */
function addRecalls(lines: Map<string, RequestLine>, recalls: readonly CommandView[]): void {
  const accepted = new Map<string, Decimal>(), refused = new Map<string, Decimal>();
  const add = (to: Map<string, Decimal>, rows: readonly { line: string; quantity: string }[]) => { for (const { line, quantity } of rows) to.set(line, (to.get(line) ?? zero).plus(quantity)); };
  for (const recall of recalls) {
    const result = recall.result as Partial<CommandResults["recall_release"]> | null;
    if (recall.state !== "confirmed" || !result) continue;
    add(accepted, result.accepted ?? []);
    add(refused, result.refused ?? []);
  }
  for (const [line, row] of lines) {
    row.recalled = max(row.recalled, accepted.get(line) ?? zero);
    row.recallRefused = refused.get(line) ?? zero;
  }
}

/** The goods are off the shelf: they are not asked back, a person must be. */
export const isPicked = (request: FulfilmentRequest, row: RequestLine): boolean => row.picked.gt(0) || request.stage === "picked" || request.stage === "packed";

/** Sets shipped quantities against requests: by the warehouse's own reference, else oldest request first; then what is in process. */
export function settleRequests(requests: readonly FulfilmentRequest[], shipments: readonly Known<ShipmentSlices>[], goodsOf: (line: ShipmentSlices["lines"][number]) => string): void {
  const live = requests.filter((request) => request.state === "live" || request.state === "in_flight");
  const byId = new Map(live.map((request) => [request.id, request]));
  const loose: { key: string; quantity: Decimal }[] = [];
  for (const { data } of shipments) {
    if (data.reversed) continue;
    for (const line of data.lines) {
      const key = goodsOf(line);
      const row = line.request === null ? undefined : byId.get(line.request)?.lines.get(key);
      if (row) row.shipped = row.shipped.plus(line.quantity);
      else loose.push({ key, quantity: dec(line.quantity) });
    }
  }
  const byLine = new Map<string, RequestLine[]>();
  for (const request of live) for (const [key, row] of request.lines) byLine.set(key, [...(byLine.get(key) ?? []), row]);
  for (const { key, quantity } of loose) {
    let left = quantity;
    const rows = byLine.get(key) ?? [];
    for (const row of rows) {
      const take = min(left, positive(row.released.minus(row.shipped).minus(row.recalled).minus(row.short)));
      row.shipped = row.shipped.plus(take);
      left = left.minus(take);
    }
    const last = rows.at(-1);
    if (last) last.shipped = last.shipped.plus(left);
  }
  for (const request of requests) closeLines(request);
}

/**
 * What is short is the warehouse's word: what it says it could not send, and of a closed request what it says it did not
 * pick. Picked goods of which no shipment is known are on their way to us, however late we hear of it: they are in process.
 */
function closeLines(request: FulfilmentRequest): void {
  for (const row of request.lines.values()) {
    const rest = row.released.minus(row.shipped).minus(row.recalled);
    if (request.stage === "recalled" && row.recalled.isZero()) row.recalled = positive(rest);
    if (request.stage === "closed" && row.picked.gt(0)) row.short = max(row.short, row.released.minus(row.recalled).minus(row.picked));
    if (row.short.gt(positive(rest))) row.short = positive(rest);
    const open = row.released.minus(row.shipped).minus(row.recalled).minus(row.short);
    row.over = positive(open.neg());
    row.inProcess = request.state === "live" || request.state === "in_flight" ? positive(open) : zero;
  }
}
