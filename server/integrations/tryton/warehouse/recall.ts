import { z } from "zod";
import { dec, min, zero, type Decimal } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand, Outcome } from "../../contract/connector";
import { act, afterActing, system } from "../client";
import type { TrytonSession } from "../config";
import { noteRecall, removeNote } from "./notes";
import { beginningWith, requestsOfOrder } from "./references";
import { progressOf, requestsBy, type Request } from "./requests";
import { plain } from "./wire";

const model = "stock.shipment.out";
type Lines = CommandPayloads["recall_release"]["lines"];
const payloadOf = (command: OutboundCommand): CommandPayloads["recall_release"] => command.payload as unknown as CommandPayloads["recall_release"];
const button = (session: TrytonSession, name: "wait" | "draft" | "cancel" | "assign_try", id: number): Promise<unknown> => act(session, `model.${model}.${name}`, [[id]], z.unknown(), "ORD-04");

/** The newest shipment of a request; one that is a draft is being changed by a recall. */
async function requestOf(session: TrytonSession, command: OutboundCommand): Promise<Request | null> {
  const { order, request } = payloadOf(command);
  return (await requestsBy(session, [["reference", "like", beginningWith(requestsOfOrder(command.entity, order))]])).filter((row) => row.request === request && row.asked.length > 0).sort((a, b) => b.sequence - a.sequence || b.id - a.id)[0] ?? null;
}
const tooLate: Partial<Record<Request["state"], string>> = { picked: "picked already", packed: "packed already", done: "shipped already" };

/**
 * Takes back a part or all of a request that is not picked. The recall is noted first, so that a second try knows what is still
 * to do: whatever state the first left, the shipment is brought to what was asked less what was taken back.
 */
export async function recall(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const { request: name, lines } = payloadOf(command), before = await requestOf(session, command);
  if (!before) return { kind: "rejected", failure: { code: "ORD-04", message: `${system} has no open request ${name}` } };
  const noted = before.recalls.find(({ key }) => key === command.naturalKey), late = tooLate[before.state];
  if (late !== undefined) {
    if (noted && !isBrought(before)) await removeNote(session, noted.id);
    return confirmed(before, lines, noted && isBrought(before) ? noted.lines : [], late);
  }
  const accepted = noted?.lines ?? acceptable(before, lines);
  if (before.state === "cancelled") return confirmed(before, lines, lines, null);
  if (!noted && accepted.length > 0) await noteRecall(session, before.id, command.naturalKey, accepted);
  await bring(session, noted ? before : { ...before, recalls: [...before.recalls, { id: 0, key: command.naturalKey, lines: accepted }] });
  const after = await afterActing(requestOf(session, command));
  if (after && isBrought(after)) return confirmed(after, lines, accepted, null);
  // picked meanwhile: the buttons did nothing
  const own = after?.recalls.find(({ key }) => key === command.naturalKey);
  if (after && own && tooLate[after.state] !== undefined) { await removeNote(session, own.id); return confirmed(after, lines, [], tooLate[after.state] ?? null); }
  return { kind: "unknown", failure: { code: "TEC-04", message: `${system} answered, but shipment ${before.number} is ${after?.state ?? "not to be seen"}` } };
}

/** Whether the shipment is what its notes say, and out of our hands. */
const isBrought = (request: Request): boolean => request.state === "cancelled" || (request.state !== "draft" && progressOf(request).every(({ over }) => over.isZero()));

function acceptable(request: Request, lines: Lines): Lines {
  const left = new Map(progressOf(request).map((row) => [row.line, row.released.minus(row.recalled)]));
  return summed(lines).flatMap(({ line, quantity }) => { const taken = min(quantity, left.get(line) ?? zero); return taken.gt(0) ? [{ line, quantity: plain(taken) }] : []; });
}
function summed(lines: Lines): { line: string; quantity: Decimal }[] {
  const sums = new Map<string, Decimal>();
  for (const { line, quantity } of lines) sums.set(line, (sums.get(line) ?? zero).plus(quantity));
  return [...sums].map(([line, quantity]) => ({ line, quantity }));
}

async function bring(session: TrytonSession, request: Request): Promise<void> {
  const rows = progressOf(request), { id } = request;
  if (rows.every((row) => row.recalled.gte(row.released))) { await button(session, "cancel", id); return; }
  const isTooMuch = rows.some(({ over }) => over.gt(0));
  if (isTooMuch) {
    if (request.state === "assigned") await button(session, "wait", id);
    if (request.state !== "draft") await button(session, "draft", id);
    for (const { line, over } of rows) await lower(session, request.moves.filter((move) => move.line === line && move.state !== "cancelled"), over);
  }
  if (isTooMuch || request.state === "draft") await button(session, "wait", id);
  await button(session, "assign_try", id);
}

async function lower(session: TrytonSession, moves: Request["moves"], by: Decimal): Promise<void> {
  let left = by;
  for (const move of [...moves].reverse()) {
    if (left.lte(0)) return;
    const taken = min(left, dec(move.quantity));
    left = left.minus(taken);
    if (taken.eq(move.quantity)) await act(session, "model.stock.move.delete", [[move.id]], z.unknown(), "ORD-04");
    else await act(session, "model.stock.move.write", [[move.id], { quantity: dec(move.quantity).minus(taken).toNumber() }], z.unknown(), "ORD-04");
  }
}

function confirmed(request: Request, asked: Lines, accepted: Lines, late: string | null): Outcome {
  return { kind: "confirmed", reference: request.number, result: resultOf(asked, accepted, late) };
}
function resultOf(asked: Lines, accepted: Lines, late: string | null): Record<string, unknown> {
  const refused = summed(asked).flatMap(({ line, quantity }) => {
    const rest = quantity.minus(accepted.find((row) => row.line === line)?.quantity ?? 0);
    return rest.gt(0) ? [{ line, quantity: plain(rest) }] : [];
  });
  return { accepted, refused, ...(late === null ? {} : { reason: late }) };
}

/** Found by its note, once the shipment is as it says. */
export async function lookupRecall(session: TrytonSession, command: OutboundCommand): Promise<LookupAnswer> {
  const found = await requestOf(session, command), noted = found?.recalls.find(({ key }) => key === command.naturalKey);
  return found && noted && isBrought(found) ? { kind: "found", reference: found.number, result: resultOf(payloadOf(command).lines, noted.lines, null) } : { kind: "absent" };
}
