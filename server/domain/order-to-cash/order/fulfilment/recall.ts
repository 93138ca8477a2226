import { samePayload, type WantedCommand } from "../../../commands";
import { dec, min, sumOf, zero, type Decimal } from "../../../decimal";
import type { CommandPayloads } from "../../../payloads";
import type { Gates } from "../gates/approve";
import type { OrderView } from "../view";
import { droppedPieces } from "./dropped";
import { kitPieces } from "./kits";
import { outdatedIn } from "./outdated";
import { isPicked, type FulfilmentRequest } from "./requests";

/** What should come back from warehouses, and what of that may still be answered. */
export interface Recalls { wanted: WantedCommand[]; /** Lines of goods with a recall under way. */ pending: ReadonlySet<string> }

/**
 * Asks warehouses to give back what is no longer wanted (2.8): the newest request first, never what they refused before. A recall
 * that was refused stands as refused while it would ask for the same: it is asked again when the facts change, or a person says so.
 * A request for another item, to another address, or for an earlier day, than the customer wants now comes back whole while it is not picked.
 * A hold that was placed after release asks for everything that is not shipped (2.9 invariant 2).
 */
export function recallsOf(view: OrderView, gates: Gates): Recalls {
  const wanted: WantedCommand[] = [];
  const pending = new Set<string>();
  const unwanted = unwantedByGoods(view, gates.recallAll);
  const lineOf = new Map(view.lines.flatMap((row) => row.goods.map(({ moved }) => [moved.key, { row, moved }] as const)));
  for (const request of [...view.requests].reverse()) {
    if (request.state !== "live") continue;
    const lines: CommandPayloads["recall_release"]["lines"] = [];
    const outdated = outdatedIn(view, request);
    for (const [key, row] of request.lines) {
      const line = lineOf.get(key), possible = row.inProcess.minus(row.recallRefused);
      const stale = line !== undefined && !isPicked(request, row) && outdated(line.row, line.moved) !== null;
      const asked = askable(request, key, possible, stale ? possible : (unwanted.get(key) ?? zero));
      if (asked.gt(0)) lines.push({ line: key, quantity: asked.toFixed() });
    }
    const last = newest(request);
    const closed = last?.state === "confirmed";
    if (last && (last.state === "sending" || last.state === "unknown")) for (const { line } of (last.payload as CommandPayloads["recall_release"]).lines) pending.add(line);
    if (lines.length === 0) continue;
    const payload: CommandPayloads["recall_release"] = { order: view.key, request: request.id, lines };
    const sequence = last ? (closed ? last.sequence + 1 : last.sequence) : 1;
    wanted.push({ kind: "recall_release", slot: request.id, sequence, payload: { ...payload }, blockedBy: [], amount: null, dueSince: view.record.currentRecordedAt });
    if (last?.state === "rejected" && samePayload(last.payload, payload)) continue;
    for (const { line, quantity } of lines) {
      pending.add(line);
      unwanted.set(line, (unwanted.get(line) ?? zero).minus(quantity));
    }
  }
  return { wanted, pending };
}

const newest = (request: FulfilmentRequest) => request.recalls.reduce<(typeof request.recalls)[number] | null>((last, command) => (last === null || command.sequence > last.sequence ? command : last), null);

const askable = (request: FulfilmentRequest, key: string, possible: Decimal, wanted: Decimal): Decimal => {
  const last = newest(request);
  if (last?.state === "sending" || last?.state === "unknown") return dec((last.payload as CommandPayloads["recall_release"]).lines.find(({ line }) => line === key)?.quantity ?? 0);
  return min(possible, wanted);
};

function unwantedByGoods(view: OrderView, all: boolean): Map<string, Decimal> {
  const unwanted = new Map<string, Decimal>();
  for (const { key, quantity } of droppedPieces(view)) unwanted.set(key, (unwanted.get(key) ?? zero).plus(quantity));
  for (const row of view.lines)
    for (const goods of row.goods) {
      const live = sumOf(goods.live, ({ quantity }) => quantity);
      const excess = sumOf(goods.excess, ({ quantity }) => quantity);
      const quantity = (all ? live : min(live, row.line.kit ? kitPieces(row, goods).idle : row.walk.committed.unmet)).plus(excess);
      if (quantity.gt(0)) unwanted.set(goods.moved.key, quantity);
    }
  return unwanted;
}
