import { z } from "zod";
import { dec, text } from "@/server/domain/decimal";
import type { SourceMessage } from "../../contract/connector";
import { changesOf, sourceMessage, type Stamped, type TrytonFeed } from "../changes";
import { ask, search } from "../client";
import type { TrytonSession } from "../config";
import { changedAt, date, toDate } from "../wire";
import { anyRequest } from "./references";
import { requestsBy } from "./requests";
import { returnsBy } from "./returns";
import { idIn } from "./wire";

const every = 5000;
const own = (session: TrytonSession): readonly unknown[] => [["company", "=", session.settings.company]];
/** Shipments of ours; `doneRequests`: those that left. */
const ourRequests = (session: TrytonSession): readonly unknown[] => [...own(session), ["reference", "like", `${anyRequest}%`], ["state", "!=", "draft"]];
export const doneRequests = (session: TrytonSession): readonly unknown[] => [...ourRequests(session), ["state", "=", "done"]];
export const receivedReturns = (session: TrytonSession): readonly unknown[] => [...own(session), ["state", "in", ["received", "done"]]];
const idsOf = (rows: readonly Stamped[]): number[] => rows.map(({ id }) => id);

export async function tellRequests(session: TrytonSession, ids: readonly number[]): Promise<SourceMessage[]> {
  const found = ids.length === 0 ? [] : await requestsBy(session, [["id", "in", ids]]);
  return found.filter(({ state }) => state !== "draft").map((request) => sourceMessage(`request:${request.id}`, { kind: "request", ...request }, request.changed));
}
export async function tellReturns(session: TrytonSession, ids: readonly number[]): Promise<SourceMessage[]> {
  const found = ids.length === 0 ? [] : await returnsBy(session, [["id", "in", ids]]);
  return found.map((one) => sourceMessage(`return:${one.id}`, { kind: "return", ...one }, one.changed));
}

const counted = z.looseObject({ id: z.number(), code: z.string().nullable(), quantity: z.number().nullable() });
/** What is on hand in each warehouse of these products, and how much of it is kept for somebody. */
async function tellStock(session: TrytonSession, changed: ReadonlyMap<number, string>): Promise<SourceMessage[]> {
  if (changed.size === 0) return [];
  const places = await search(session, "stock.location", [["type", "=", "warehouse"]], ["code"], z.looseObject({ id: z.number(), code: z.string().nullable() })), messages: SourceMessage[] = [];
  // by Tryton's own calendar: for another day it would count what was, or what is planned
  const today = toDate(await ask(session, "model.ir.date.today", [], date));
  for (const place of places) {
    const count = async (more: object) => {
      const rows = await search(session, "product.product", [["id", "in", [...changed.keys()]], ["active", "in", [true, false]]], ["code", "quantity"], counted, { context: { locations: [place.id], stock_date_end: today, ...more } });
      return new Map(rows.map((row) => [row.id, { code: row.code, quantity: dec((row.quantity ?? 0).toFixed(6)) }]));
    };
    const there = await count({}), free = await count({ stock_assign: true });
    for (const [id, { code, quantity }] of there) {
      const at = changed.get(id);
      if (code === null || place.code === null || at === undefined) continue;
      messages.push(sourceMessage(`stock:${code}:${place.code}`, { kind: "stock", item: code, warehouse: place.code, onHand: text(quantity), allocated: text(quantity.minus(free.get(id)?.quantity ?? quantity)), changed: at }, at));
    }
  }
  return messages;
}

export const feeds: readonly TrytonFeed[] = [
  changesOf("shipments", "stock.shipment.out", ourRequests, [], every, (session, rows) => tellRequests(session, idsOf(rows))),
  changesOf("returns", "stock.shipment.out.return", receivedReturns, [], every, (session, rows) => tellReturns(session, idsOf(rows))),
  // a quantity is changed in a move without its shipment being written, and every change of stock is a move
  changesOf("moves", "stock.move", own, ["shipment", "product"], every, async (session, rows) => {
    const shipments = new Set<number>(), returns = new Set<number>(), products = new Map<number, string>();
    for (const row of rows) {
      const reference = row["shipment"] as string | null, product = Number(row["product"]), at = changedAt(row), known = products.get(product);
      const request = idIn(reference, "stock.shipment.out"), back = idIn(reference, "stock.shipment.out.return");
      if (request !== null) shipments.add(request);
      if (back !== null) returns.add(back);
      if (known === undefined || at > known) products.set(product, at);
    }
    return [...(await tellRequests(session, [...shipments])), ...(await tellReturns(session, [...returns])), ...(await tellStock(session, products))];
  }),
];
