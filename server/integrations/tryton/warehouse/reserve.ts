import { z } from "zod";
import { dec, sum, zero, type Decimal } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand, Outcome } from "../../contract/connector";
import { act, afterActing, search, searchAll } from "../client";
import type { TrytonSession } from "../config";
import { goodsOf, placeOf, type Goods, type Place } from "./masters";
import { beginningWith, readReservationRef, requestsOfOrder, reservationRef, reservationsOfLine, type ReservationRef } from "./references";
import { givenOf, requestsBy } from "./requests";
import { idIn, plain, reservation, stockMove, stockMoveFields, type StockMove } from "./wire";

/**
 * Goods kept for one line: an internal shipment from storage to the output zone whose moves are assigned, so that Tryton gives
 * them to nobody else. It is not for picking: the request takes its place. What could not be had waits in it, not assigned.
 */
export interface Reservation { id: number; ref: ReservationRef; state: string; from: number; to: number; moves: readonly StockMove[] }
const model = "stock.shipment.internal";
const button = (session: TrytonSession, name: "wait" | "cancel" | "assign_try", ids: readonly number[]): Promise<unknown> => act(session, `model.${model}.${name}`, [ids], z.unknown(), "REL-01");

/** Those that stand, drafts of an earlier try too. @throws Ended */
export async function reservationsBy(session: TrytonSession, domain: readonly unknown[]): Promise<Reservation[]> {
  const rows = (await search(session, model, [["company", "=", session.settings.company], ["state", "in", ["draft", "waiting", "assigned"]], ...domain], ["number", "reference", "state", "from_location", "to_location", "create_date", "write_date"], reservation)).flatMap((row) => { const ref = readReservationRef(row.reference); return ref ? [{ row, ref }] : []; });
  if (rows.length === 0) return [];
  const moves = await searchAll(session, "stock.move", [["shipment", "in", rows.map(({ row }) => `${model},${row.id}`)], ["state", "!=", "cancelled"]], stockMoveFields, stockMove);
  return rows.map(({ row, ref }) => ({ id: row.id, ref, state: row.state, from: row.from_location, to: row.to_location, moves: moves.filter((move) => idIn(move.shipment, model) === row.id) }));
}
export const ofOrder = (entity: string, order: string): readonly unknown[] => [["reference", "like", beginningWith(["alloc", entity, order, ""].join("|"))]];

const counted = (moves: readonly StockMove[]): Decimal => sum(moves.map((move) => dec(move.internal_quantity)));
const assigned = ({ moves }: Reservation): Decimal => counted(moves.filter(({ state }) => state === "assigned"));
/** Nothing of it waits. */
export const isKept = (one: Reservation): boolean => assigned(one).eq(reserved(one));
export const reserved = ({ moves }: Reservation): Decimal => counted(moves);

export async function make(session: TrytonSession, ref: ReservationRef, place: Pick<Place, "storage_location" | "output_location">, goods: Pick<Goods, "id" | "unit">, quantity: Decimal): Promise<number> {
  const { company } = session.settings, from_location = place.storage_location, to_location = place.output_location;
  const [id] = await act(session, `model.${model}.create`, [[{
    company, reference: reservationRef(ref), from_location, to_location, moves: [["create", [{ company, product: goods.id, uom: goods.unit, quantity: quantity.toNumber(), from_location, to_location }]]],
  }]], z.tuple([z.number()]), "REL-01");
  return id;
}
/** Keeps as much of it as there is; what is kept already stays so. @throws Ended */
export async function keep(session: TrytonSession, id: number, state: string): Promise<void> {
  if (state === "draft") await button(session, "wait", [id]);
  await button(session, "assign_try", [id]);
}
export const letGo = async (session: TrytonSession, ids: readonly number[]): Promise<unknown> => (ids.length > 0 ? button(session, "cancel", ids) : null);

const payloadOf = (command: OutboundCommand): CommandPayloads["request_allocation"] => command.payload as unknown as CommandPayloads["request_allocation"];
const result = (held: Reservation | null, given: Decimal, warehouse: string | null): Record<string, unknown> => {
  const kept = held ? assigned(held) : zero;
  return { allocated: plain(given.plus(kept)), backordered: plain(held ? reserved(held).minus(kept) : zero), warehouse, availableOn: null, refusedReason: null };
};

/**
 * Reserves for one line. The payload's quantity is absolute, so what requests were given already is left out. A later asking for the
 * same goes on with the reservation that stands, which loses nothing to others; one for more, less or other goods replaces it.
 */
export async function allocate(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const payload = payloadOf(command), { order, line, revision } = payload, { entity } = command;
  const place = await placeOf(session, command, payload.warehouse), goods = (await goodsOf(session, command, [payload.item]))(payload.item);
  const isFirst = revision === 1 && command.attempt === 1;
  const held = isFirst ? [] : await reservationsBy(session, [["reference", "like", beginningWith(reservationsOfLine({ entity, order, line }))]]);
  const given = isFirst ? zero : givenOf(await requestsBy(session, [["reference", "like", beginningWith(requestsOfOrder(entity, order))]]), line);
  const wanted = dec(payload.quantity).minus(given), ref = { entity, order, line, revision, before: plain(given) };
  const goesOn = held.find((one) => one.from === place.storage_location && one.moves.every(({ product }) => product === goods.id) && reserved(one).eq(wanted));
  await letGo(session, held.filter((one) => one !== goesOn).map(({ id }) => id));
  if (wanted.lte(0)) return { kind: "confirmed", reference: `${order}/${line}`, result: result(null, given, place.code) };
  if (goesOn && reservationRef(goesOn.ref) !== reservationRef(ref)) await act(session, `model.${model}.write`, [[goesOn.id], { reference: reservationRef(ref) }], z.unknown(), "REL-01");
  const id = goesOn?.id ?? (await make(session, ref, place, goods, wanted));
  await keep(session, id, goesOn?.state ?? "draft");
  const [kept] = await afterActing(reservationsBy(session, [["id", "=", id]]));
  // a button in the wrong state answers nothing
  if (!kept || kept.state === "draft") return { kind: "unknown", failure: { code: "TEC-04", message: `the reservation was made, but it is ${kept?.state ?? "not to be seen"}` } };
  return { kind: "confirmed", reference: String(id), result: result(kept, given, place.code) };
}

/** Found where all of it is kept; else the next try does what is missing of it and answers. */
export async function lookupAllocation(session: TrytonSession, command: OutboundCommand): Promise<LookupAnswer> {
  const { order, line, revision, warehouse } = payloadOf(command), { entity } = command;
  const found = (await reservationsBy(session, [["reference", "like", beginningWith(reservationsOfLine({ entity, order, line }))]])).find((one) => one.ref.revision === revision);
  if (found?.state !== "assigned") return { kind: "absent" };
  return { kind: "found", reference: String(found.id), result: result(found, dec(found.ref.before), (await placeOf(session, command, warehouse)).code) };
}
