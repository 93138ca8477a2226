import type { z } from "zod";
import { search, searchAll } from "../client";
import type { TrytonSession } from "../config";
import { atOneMoment } from "./moment";
import { requestsBy } from "./requests";
import { beginningWith, anyRequest } from "./references";
import { idIn, latest, returned, shipmentFields, stockMove, stockMoveFields, type StockMove } from "./wire";

const model = "stock.shipment.out.return";
/** A customer return: what came in, and for each move the order line that it left on, where Tryton or its reference says. */
export interface Return {
  id: number; number: string; reference: string | null; state: "received" | "done"; warehouse: string; effective: string | null; changed: string;
  moves: { item: string; quantity: string; place: "stock" | "waste" | null; from: { entity: string; order: string; line: string | null } | null }[];
}

/**
 * Customer returns that have come in. A move whose origin is the move that left belongs to that order line; else the second word of
 * the reference (`RMA-1 N-1`) names the order and the goods name the line.
 */
export function returnsBy(session: TrytonSession, domain: readonly unknown[]): Promise<Return[]> {
  return atOneMoment(session, model, () => search(session, model, [["company", "=", session.settings.company], ["state", "in", ["received", "done"]], ...domain], shipmentFields, returned), (rows) => withMoves(session, rows));
}
async function withMoves(session: TrytonSession, rows: readonly z.infer<typeof returned>[]): Promise<Return[]> {
  const moves = await searchAll(session, "stock.move", [["shipment", "in", rows.map(({ id }) => `${model},${id}`)], ["state", "!=", "cancelled"]], [...stockMoveFields, "from_location.type", "to_location.type"], stockMove);
  const incoming = moves.filter((move) => typeOf(move, "from_location.") === "customer");
  const lefts = await leftAs(session, incoming.flatMap(({ origin }) => idIn(origin, "stock.move") ?? []));
  const byOrder = await linesByOrder(session, rows.flatMap(({ reference }) => orderIn(reference) ?? []));
  return rows.map((row) => {
    const own = moves.filter((move) => idIn(move.shipment, model) === row.id), order = orderIn(row.reference);
    return {
      id: row.id, number: row.number ?? String(row.id), reference: row.reference, state: row.state === "done" ? "done" : "received", warehouse: row["warehouse."].code ?? "", effective: row.effective_date, changed: latest([row, ...own]),
      moves: own.filter((move) => incoming.includes(move) && Number(move.internal_quantity) > 0).map((move) => {
        const item = move["product."].code ?? "", put = own.find(({ origin }) => origin === `stock.move,${move.id}`);
        return { item, quantity: move.internal_quantity, place: placeOf(put, row.state), from: lefts.get(idIn(move.origin, "stock.move") ?? 0) ?? (order === null ? null : byOrder(order, item)) };
      }),
    };
  });
}
const typeOf = (move: StockMove, side: "from_location." | "to_location."): string => (move[side] as { type: string } | undefined)?.type ?? "";
const orderIn = (reference: string | null): string | null => reference?.trim().split(/\s+/)[1] ?? null;
const placeOf = (put: StockMove | undefined, state: string): "stock" | "waste" | null => (state !== "done" ? null : put === undefined || typeOf(put, "to_location.") === "storage" ? "stock" : "waste");

/** Order lines of moves that left on our shipments. */
async function leftAs(session: TrytonSession, ids: readonly number[]): Promise<Map<number, { entity: string; order: string; line: string | null }>> {
  const left = ids.length === 0 ? [] : await searchAll(session, "stock.move", [["id", "in", [...new Set(ids)]]], stockMoveFields, stockMove);
  const requests = await requestsBy(session, [["id", "in", left.flatMap(({ shipment }) => idIn(shipment, "stock.shipment.out") ?? [])]]);
  return new Map(requests.flatMap(({ entity, order, moves }) => moves.map(({ id, line }) => [id, { entity, order, line }] as const)));
}

async function linesByOrder(session: TrytonSession, orders: readonly string[]): Promise<(order: string, item: string) => { entity: string; order: string; line: string | null } | null> {
  const requests = orders.length === 0 ? [] : await requestsBy(session, [["OR", ...[...new Set(orders)].map((order) => [["reference", "like", `${anyRequest}%`], ["reference", "like", `%${beginningWith(`|${order}|`)}`]])]]);
  return (order, item) => {
    const own = requests.filter((request) => request.order === order), [first] = own;
    const line = own.flatMap(({ asked }) => asked).find((row) => row.item === item)?.line ?? null;
    return first ? { entity: first.entity, order, line } : null;
  };
}
