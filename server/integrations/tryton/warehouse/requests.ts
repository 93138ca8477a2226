import { dec, min, positive, sum, zero, type Decimal } from "@/server/domain/decimal";
import { epochMs } from "@/server/domain/instant";
import { said, type Said } from "../../contract/events";
import { search, searchAll } from "../client";
import type { TrytonSession } from "../config";
import { atOneMoment } from "./moment";
import { notesOf, type AskedLine } from "./notes";
import { readRequestRef, type RequestRef } from "./references";
import { idIn, latest, plain, shipment, shipmentFields, stockMove, stockMoveFields, type StockMove } from "./wire";

const model = "stock.shipment.out";
type State = "draft" | "waiting" | "assigned" | "picked" | "packed" | "done" | "cancelled";
/** One customer shipment of ours as it is now: what was asked, what was taken back, what is to leave or has left. */
export interface Request extends RequestRef {
  id: number; number: string; state: State; warehouse: string; effective: string | null; changed: string;
  asked: AskedLine[];
  recalls: { id: number; key: string; lines: { line: string; quantity: string }[] }[];
  /** To the customer. `line`: null where the warehouse sends what nobody asked for. */
  moves: { id: number; item: string; quantity: string; state: string; line: string | null }[];
}

/** Shipments of ours with their notes and outgoing moves. @throws Ended */
export function requestsBy(session: TrytonSession, domain: readonly unknown[]): Promise<Request[]> {
  return atOneMoment(session, model, () => search(session, model, [["company", "=", session.settings.company], ...domain], shipmentFields, shipment), async (shipments) => {
    const rows = shipments.flatMap((row) => { const ref = readRequestRef(row.reference); return ref ? [{ row, ref }] : []; });
    if (rows.length === 0) return [];
    const ids = rows.map(({ row }) => row.id), notes = await notesOf(session, ids);
    const moves = await searchAll(session, "stock.move", [["shipment", "in", ids.map((id) => `${model},${id}`)]], stockMoveFields.concat("to_location.type"), stockMove);
    return rows.map(({ row, ref }) => {
      const own = moves.filter((move) => idIn(move.shipment, model) === row.id), leaving = own.filter((move) => (move["to_location."] as { type: string }).type === "customer");
      const { asked, recalls } = notes(row.id);
      return { ...ref, id: row.id, number: row.number ?? String(row.id), state: row.state, warehouse: row["warehouse."].code ?? "", effective: row.effective_date, changed: latest([row, ...own]), asked, recalls, moves: withLines(leaving, asked) };
    });
  });
}

/** A move is of the line whose reservation it came from, else of one of the same goods that still lacks some. */
function withLines(moves: readonly StockMove[], asked: readonly AskedLine[]): Request["moves"] {
  const missing = new Map(asked.map(({ line, quantity }) => [line, dec(quantity)]));
  return moves.map(({ id, origin, internal_quantity: quantity, state, ...row }) => {
    const item = row["product."].code ?? "", from = idIn(origin, "stock.move");
    const sameGoods = asked.filter((each) => each.item === item);
    const line = asked.find((each) => from !== null && each.origin === from) ?? sameGoods.find((each) => missing.get(each.line)?.gt(0)) ?? sameGoods.at(-1);
    if (line && state !== "cancelled") missing.set(line.line, (missing.get(line.line) ?? zero).minus(quantity));
    return { id, item, quantity, state, line: line?.line ?? null };
  });
}

/** Of one line, in our own base unit: asked less what was taken back is what is wanted; `leaving` is what the warehouse makes of it. */
export interface Progress { line: string; released: Decimal; recalled: Decimal; leaving: Decimal; short: Decimal; over: Decimal }
export function progressOf({ state, asked, recalls, moves }: Pick<Request, "state" | "asked" | "recalls" | "moves">): Progress[] {
  const settled = state === "picked" || state === "packed" || state === "done";
  return asked.map(({ line, quantity }) => {
    const released = dec(quantity), taken = sum(recalls.flatMap(({ lines }) => lines.filter((each) => each.line === line).map((each) => dec(each.quantity))));
    const recalled = state === "cancelled" ? released : min(taken, released);
    const leaving = sum(moves.filter((move) => move.line === line && move.state !== "cancelled").map((move) => dec(move.quantity)));
    const wanted = released.minus(recalled);
    return { line, released, recalled, leaving, short: settled ? positive(wanted.minus(leaving)) : zero, over: positive(leaving.minus(wanted)) };
  });
}

export const isStanding = ({ state }: Pick<Request, "state">): boolean => state !== "draft" && state !== "cancelled";
/** What requests have been given of a line: shipped or on its way, without what is short of it. */
export const givenOf = (requests: readonly Request[], line: string): Decimal =>
  sum(requests.filter(isStanding).flatMap((request) => progressOf(request)).filter((row) => row.line === line).map((row) => row.released.minus(row.recalled).minus(row.short)));

const states = { waiting: "accepted", assigned: "accepted", picked: "picked", packed: "packed", done: "closed", cancelled: "recalled" } as const;
/** How the request stands; null while it is made or changed. Until its goods were assigned once only the answer to its release says that it stands: a release that was cut off is sent again. */
export function progressed(request: Request): Said | null {
  if (request.state === "draft" || (request.state === "waiting" && request.recalls.length === 0)) return null;
  const packed = request.state === "packed" || request.state === "done", picked = packed || request.state === "picked";
  return said({
    type: "fulfilment.progressed", at: request.changed, data: {
      order: request.order, request: request.request, version: epochMs(request.changed), warehouse: request.warehouse, state: states[request.state],
      lines: progressOf(request).map(({ line, released, recalled, leaving, short, over }) => ({ line, released: plain(released), picked: plain(picked ? leaving : zero), packed: plain(packed ? leaving : zero), short: plain(short), recalled: plain(recalled), over: plain(over) })),
    },
  });
}
