import { dec, Decimal, zero } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { OutboundCommand, Outcome } from "../contract/connector";
import { answerEvents } from "../contract/events";
import { beforeSending, readJson, unconfirmed, unreadable } from "../contract/outcome";
import { post, query, read, remove, system } from "./client";
import type { WmsSession } from "./config";
import { allocationRequest, releaseRequest } from "./from-command";
import { allocationResult, findRequest, lookup, recallResult, releaseResult } from "./lookup";
import { allocationRef, plain, readAllocationRef, recallLines, recallRef } from "./references";
import { allocationSaid, progressSaid } from "./to-canonical";
import { allocation, allocations, pickRequest, pickRequests, recallAnswer, refusalOf, type Allocation } from "./wire";

const reading = { system, refusal: refusalOf };

/** Sends one command once. A `clientRef` that StackRight knows already answers with the document that is there. */
export async function send(session: WmsSession, command: OutboundCommand): Promise<Outcome> {
  switch (command.kind) {
    case "request_allocation": return allocate(session, command);
    case "release_to_warehouse": return release(session, command);
    case "recall_release": return recall(session, command);
    default: return { kind: "rejected", failure: { code: "REL-01", message: `${system} cannot do ${command.kind}` } };
  }
}

/**
 * Reserves for one line. The payload's quantity is absolute, so what pick requests have already been given is left out, and
 * what an earlier revision reserved goes back to stock first: the new revision asks for all that is left.
 */
async function allocate(session: WmsSession, command: OutboundCommand): Promise<Outcome> {
  const payload = command.payload as unknown as CommandPayloads["request_allocation"];
  const given = payload.revision === 1 ? zero : await makeRoom(session, command, payload);
  if (!(given instanceof Decimal)) return given;
  const body = allocationRequest(command, session.settings, given);
  if (!body.ok) return { kind: "rejected", failure: body.error };
  if (dec(payload.quantity).lte(given)) return { kind: "confirmed", reference: `${payload.order}/${payload.line}`, result: { allocated: plain(given), backordered: "0", warehouse: body.value["site"], availableOn: null, refusedReason: null } };
  const answer = await post(session, "allocations", body.value);
  const failed = unconfirmed(answer, reading);
  if (failed || !answer.ok) return failed as Outcome;
  const made = readJson(answer.response.text, allocation);
  if (!made.ok) return unreadable(system, made.error);
  return confirmedAllocation(session, command, made.value);
}

const confirmedAllocation = (session: WmsSession, command: OutboundCommand, row: Allocation): Outcome =>
  ({ kind: "confirmed", reference: row.allocationId, result: allocationResult(row), events: answerEvents(command, session, allocationSaid(row)) });

/** Before a later revision asks: what was given to pick requests, after what earlier revisions hold was let go. */
async function makeRoom(session: WmsSession, command: OutboundCommand, payload: CommandPayloads["request_allocation"]): Promise<Decimal | Outcome> {
  const known = await read(session, query("allocations", { salesOrderNo: payload.order }), allocations);
  if (known.kind === "failed") return beforeSending(known);
  const requests = await read(session, query("pickrequests", { salesOrderNo: payload.order }), pickRequests);
  if (requests.kind === "failed") return beforeSending(requests);
  for (const row of known.kind === "read" ? known.value.allocations : []) {
    const ref = readAllocationRef(row.clientRef);
    if (ref?.entity !== command.entity || ref.order !== payload.order || ref.line !== payload.line) continue;
    if (ref.revision === payload.revision) return confirmedAllocation(session, command, row);
    const closed = await letGo(session, row);
    if (closed) return closed;
  }
  const lines = (requests.kind === "read" ? requests.value.pickRequests : []).flatMap((row) => (row.salesOrderNo === payload.order ? row.lines : []));
  return lines.filter(({ lineRef }) => lineRef === payload.line).reduce((sum, line) => sum.plus(line.qtyShipped).minus(line.qtyOver).plus(line.qtyInProcess), zero);
}

const letGo = async (session: WmsSession, row: Allocation): Promise<Outcome | null> =>
  row.status === "CLOSED" ? null : unconfirmed(await remove(session, `allocations/${encodeURIComponent(row.allocationId)}`), reading);

/**
 * Releases what was reserved. A pick request names one reservation, and ours are one for each line: where it serves several
 * lines they are let go and the request reserves anew, in the same breath; what was not released (a back order above all) is
 * asked for again. A try after the first looks for the request before it sends: by then a reservation may be used up and the
 * same request would read differently.
 */
async function release(session: WmsSession, command: OutboundCommand): Promise<Outcome> {
  const payload = command.payload as unknown as CommandPayloads["release_to_warehouse"];
  if (command.attempt > 1) {
    const before = await lookup(session, command);
    if (before.kind === "failed") return beforeSending(before);
    if (before.kind === "found") return { kind: "confirmed", reference: before.reference, result: before.result };
  }
  const known = await read(session, query("allocations", { salesOrderNo: payload.order }), allocations);
  if (known.kind === "failed") return beforeSending(known);
  const wanted = new Set(payload.lines.map(({ line }) => line));
  const held = (known.kind === "read" ? known.value.allocations : []).filter((row) => row.status !== "CLOSED" && row.salesOrderNo === payload.order && row.lines.some((line) => wanted.has(line.lineRef)));
  const single = held.length === 1 && payload.lines.length === 1 ? held[0] : undefined;
  const body = releaseRequest(command, session.settings, single?.allocationId ?? null);
  if (!body.ok) return { kind: "rejected", failure: body.error };
  for (const row of single ? [] : held) {
    const failed = await letGo(session, row);
    if (failed) return failed;
  }
  const answer = await post(session, "pickrequests", body.value);
  const failed = unconfirmed(answer, reading);
  if (failed || !answer.ok) return failed as Outcome;
  const made = readJson(answer.response.text, pickRequest);
  if (!made.ok) return unreadable(system, made.error);
  for (const row of single ? [] : held) await holdRest(session, row, payload);
  return { kind: "confirmed", reference: made.value.pickRequestId, result: releaseResult(command, made.value), events: answerEvents(command, session, progressSaid(made.value, null)) };
}

/**
 * Queues again for what a let-go reservation had beyond the release. Its number goes on where the old document's statements
 * ended, so that later news of it is newer. Should it fail, the goods are still released and the tower asks again by itself.
 */
async function holdRest(session: WmsSession, row: Allocation, payload: CommandPayloads["release_to_warehouse"]): Promise<void> {
  const ref = readAllocationRef(row.clientRef), line = row.lines[0];
  if (!ref || !line) return;
  const released = payload.lines.filter((one) => one.line === line.lineRef).reduce((sum, one) => sum.plus(one.quantity), zero);
  const rest = dec(line.qtyAllocated).minus(line.qtyReleased).plus(line.qtyBackordered).minus(released);
  if (rest.lte(0)) return;
  const clientRef = allocationRef({ ...ref, revision: ref.revision + row.version - 1, before: plain(dec(ref.before).plus(line.qtyReleased).plus(released)) });
  await post(session, "allocations", { clientRef, site: row.site, salesOrderNo: row.salesOrderNo, lines: [{ lineRef: line.lineRef, sku: line.sku, uom: line.uom, qty: rest.toNumber() }] });
}

async function recall(session: WmsSession, command: OutboundCommand): Promise<Outcome> {
  const payload = command.payload as unknown as CommandPayloads["recall_release"];
  const found = await findRequest(session, command.entity, payload.order, payload.request);
  if (found.kind === "failed") return beforeSending(found);
  if (!found.request) return { kind: "rejected", failure: { code: "ORD-04", message: `${system} has no open request ${payload.request}` } };
  const answer = await post(session, `pickrequests/${encodeURIComponent(found.request.pickRequestId)}/recall`, { clientRef: recallRef(command.naturalKey), lines: recallLines(payload.lines) });
  const failed = unconfirmed(answer, { system, refusal: (response) => ({ ...refusalOf(response), code: "ORD-04" }) });
  if (failed || !answer.ok) return failed as Outcome;
  const told = readJson(answer.response.text, recallAnswer);
  if (!told.ok) return unreadable(system, told.error);
  return { kind: "confirmed", reference: found.request.pickRequestId, result: recallResult(payload, told.value) };
}
