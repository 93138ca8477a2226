import { z } from "zod";
import { dec, sumOf } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand, Outcome } from "../../contract/connector";
import { answerEvents } from "../../contract/events";
import { act, afterActing, system } from "../client";
import type { TrytonSession } from "../config";
import { companyOf, partyOf } from "../masters";
import { toDate, toDecimal } from "../wire";
import { addressOf, customerLocation, goodsOf, placeOf } from "./masters";
import { noteAsked } from "./notes";
import { requestRef, reservationRef } from "./references";
import { isStanding, progressed, requestsBy, type Request } from "./requests";
import { isKept, keep, letGo, make, ofOrder, reservationsBy, reserved, type Reservation } from "./reserve";

const model = "stock.shipment.out";
const payloadOf = (command: OutboundCommand): CommandPayloads["release_to_warehouse"] => command.payload as unknown as CommandPayloads["release_to_warehouse"];
const refOf = (command: OutboundCommand): string => requestRef({ entity: command.entity, order: payloadOf(command).order, request: payloadOf(command).request, sequence: command.sequence });
const button = (session: TrytonSession, name: "wait" | "assign_try" | "cancel", id: number): Promise<unknown> => act(session, `model.${model}.${name}`, [[id]], z.unknown(), "REL-01");

/**
 * A customer shipment for the request, to be picked. Its goods are those that were reserved: their reservations go in the same
 * breath in which it is assigned, and what they held beyond it is reserved anew (`assign`). Drafts that an earlier try left are
 * disowned and cancelled first, as nothing tells what they lack; the group Stock may not delete.
 */
export async function release(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const { entity } = command, { order, lines } = payloadOf(command), before = command.attempt > 1 ? await requestsBy(session, [["reference", "=", refOf(command)]]) : [];
  const [standing, second] = before.filter(isStanding);
  if (second) return { kind: "rejected", failure: { code: "REL-01", message: `${system} has ${before.map(({ number }) => number).join(", ")} for one request` } };
  for (const { id, state } of before) if (state === "draft") await discard(session, id);
  const wanted = new Set(lines.map(({ line }) => line));
  const held = (await reservationsBy(session, ofOrder(entity, order))).filter(({ ref }) => wanted.has(ref.line));
  const id = standing?.id ?? (await create(session, command, held));
  // of an earlier try: what it took from stands in its note, all else is what that left reserved
  const isOfIt = ({ moves }: Reservation): boolean => !standing || moves.some((move) => standing.asked.some(({ origin }) => origin === move.id));
  if (!standing || standing.state === "waiting") await assign(session, command, id, held.filter(isOfIt), held.filter((one) => !isOfIt(one)));
  else for (const { id: rest, state } of held.filter((one) => !isOfIt(one) && one.state === "draft")) await keep(session, rest, state);
  const [made] = await afterActing(requestsBy(session, [["id", "=", id]]));
  if (!made || !isStanding(made)) return { kind: "unknown", failure: { code: "TEC-04", message: `${system} answered, but shipment ${made?.number ?? id} is ${made?.state ?? "not to be seen"}` } };
  return confirmed(session, command, made);
}

async function discard(session: TrytonSession, id: number): Promise<void> {
  await act(session, `model.${model}.write`, [[id], { reference: null }], z.unknown(), "REL-01");
  await button(session, "cancel", id);
}

function confirmed(session: TrytonSession, command: OutboundCommand, made: Request): Outcome {
  const told = progressed(made);
  return { kind: "confirmed", reference: made.number, result: resultOf(made), events: told === null ? [] : answerEvents(command, session, [told]) };
}
const resultOf = ({ request, warehouse }: Request): Record<string, unknown> => ({ request, warehouse, state: "accepted", reason: null });

async function create(session: TrytonSession, command: OutboundCommand, held: readonly Reservation[]): Promise<number> {
  const { company } = session.settings, payload = payloadOf(command);
  const place = await placeOf(session, command, payload.warehouse), goods = await goodsOf(session, command, payload.lines.map(({ item }) => item));
  const asked = payload.lines.map(({ line, item, quantity }) => ({ line, goods: goods(item), quantity, origin: held.find(({ ref }) => ref.line === line)?.moves[0]?.id ?? null }));
  const party = await partyOf(session, command, payload.customer), to_location = await customerLocation(session, party.id);
  const address = await addressOf(session, party, payload.shipTo), { currency } = await companyOf(session);
  const moves = asked.map((row) => ({
    company, product: row.goods.id, uom: row.goods.unit, quantity: dec(row.quantity).toNumber(), from_location: place.output_location, to_location,
    // what is invoiced is not Tryton's to say here
    unit_price: toDecimal("0"), currency: currency.id, ...(row.origin === null ? {} : { origin: `stock.move,${row.origin}` }),
  }));
  const [id] = await act(session, `model.${model}.create`, [[{
    company, reference: refOf(command), customer: party.id, delivery_address: address, warehouse: place.id, ...(payload.shipOn === null ? {} : { planned_date: toDate(payload.shipOn) }), moves: [["create", moves]],
  }]], z.tuple([z.number()]), "REL-01");
  await noteAsked(session, id, payload.request, asked.map(({ line, goods: { code: item }, quantity, origin }) => ({ line, item, quantity, origin })));
  await button(session, "wait", id);
  return id;
}

/**
 * Its goods are assigned last, as that is what says that all is done. What is left of a reservation is made anew before the reservation goes, so that a
 * cut anywhere loses none of it (`rests`: those that an earlier try made); it is kept before the request is served only where all of it was kept before,
 * or it would take what the request needs. What Tryton cannot give the request at once stays in it as waiting, for the warehouse to decide.
 */
async function assign(session: TrytonSession, command: OutboundCommand, id: number, held: readonly Reservation[], rests: readonly Reservation[]): Promise<void> {
  const before: { id: number; state: string }[] = rests.map((one) => ({ id: one.id, state: one.state })), after: typeof before = [];
  for (const one of held) {
    const released = sumOf(payloadOf(command).lines.filter(({ line }) => line === one.ref.line), ({ quantity }) => dec(quantity)), rest = reserved(one).minus(released), [move] = one.moves;
    const ref = { ...one.ref, before: dec(one.ref.before).plus(released).toFixed() };
    if (rest.lte(0) || !move || rests.some((made) => reservationRef(made.ref) === reservationRef(ref))) continue;
    (isKept(one) ? before : after).push({ id: await make(session, ref, { storage_location: one.from, output_location: one.to }, { id: move.product, unit: move.uom }, rest), state: "draft" });
  }
  await letGo(session, held.map((one) => one.id));
  for (const one of before) await keep(session, one.id, one.state);
  await button(session, "assign_try", id);
  for (const one of after) await keep(session, one.id, one.state);
}

/** Found once its goods were assigned, and what they leave of a reservation is kept: one that waits may lack them, or was left before anybody asked for them. The next try asks, and says which. */
export async function lookupRelease(session: TrytonSession, command: OutboundCommand): Promise<LookupAnswer> {
  const found = (await requestsBy(session, [["reference", "=", refOf(command)]])).filter(isStanding), [first] = found;
  if (found.length > 1) return { kind: "several", references: found.map(({ number }) => number) };
  const wanted = new Set(payloadOf(command).lines.map(({ line }) => line)), left = await reservationsBy(session, [...ofOrder(command.entity, payloadOf(command).order), ["state", "=", "draft"]]);
  return !first || first.state === "waiting" || left.some(({ ref }) => wanted.has(ref.line)) ? { kind: "absent" } : { kind: "found", reference: first.number, result: resultOf(first) };
}
