import { dec, zero } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { z } from "zod";
import type { LookupAnswer, OutboundCommand } from "../contract/connector";
import type { ReadFailure } from "../contract/outcome";
import { query, read, system } from "./client";
import type { WmsSession } from "./config";
import { plain, readAllocationRef, readReleaseRef, releaseRef } from "./references";
import { allocations, decimalOf, pickRequests, type Allocation, type PickRequest, type recallAnswer } from "./wire";

/** Looks for the document by our `clientRef`, which StackRight keeps unique. A recall has none that can be searched. */
export async function lookup(session: WmsSession, command: OutboundCommand): Promise<LookupAnswer> {
  if (command.kind === "request_allocation") {
    const payload = command.payload as unknown as CommandPayloads["request_allocation"];
    const found = await read(session, query("allocations", { salesOrderNo: payload.order }), allocations);
    if (found.kind === "failed") return found;
    const row = (found.kind === "read" ? found.value.allocations : []).find(({ clientRef }) => {
      const ref = readAllocationRef(clientRef);
      return ref?.entity === command.entity && ref.order === payload.order && ref.line === payload.line && ref.revision === payload.revision;
    });
    return row ? { kind: "found", reference: row.allocationId, result: allocationResult(row) } : { kind: "absent" };
  }
  if (command.kind === "release_to_warehouse") {
    const { request } = command.payload as unknown as CommandPayloads["release_to_warehouse"];
    const found = await read(session, query("pickrequests", { clientRef: releaseRef({ entity: command.entity, request, sequence: command.sequence }) }), pickRequests);
    if (found.kind === "failed") return found;
    const row = found.kind === "read" ? found.value.pickRequests[0] : undefined;
    return row ? { kind: "found", reference: row.pickRequestId, result: releaseResult(command, row) } : { kind: "absent" };
  }
  return { kind: "failed", failure: { code: "TEC-04", message: `${system} cannot be searched for ${command.kind}` } };
}

/** The newest release of one of our requests. */
export async function findRequest(session: WmsSession, entity: string, order: string, request: string): Promise<{ kind: "found"; request: PickRequest | null } | ReadFailure> {
  const found = await read(session, query("pickrequests", { salesOrderNo: order }), pickRequests);
  if (found.kind === "failed") return found;
  const own = (found.kind === "read" ? found.value.pickRequests : []).flatMap((row) => {
    const ref = readReleaseRef(row.clientRef);
    return ref?.entity === entity && ref.request === request ? [{ row, sequence: ref.sequence }] : [];
  }).sort((a, b) => b.sequence - a.sequence);
  return { kind: "found", request: own[0]?.row ?? null };
}

/** Absolute for the line: what earlier revisions gave out is counted in. */
export function allocationResult(row: Allocation): Record<string, unknown> {
  const before = dec(readAllocationRef(row.clientRef)?.before ?? "0");
  const sum = (pick: (line: Allocation["lines"][number]) => number) => row.lines.reduce((total, line) => total.plus(pick(line)), zero);
  const expected = row.lines.map((line) => line.expectedDate).find((day) => day != null) ?? null;
  return {
    allocated: plain(before.plus(sum((line) => line.qtyAllocated))), backordered: plain(sum((line) => line.qtyBackordered)),
    warehouse: row.site, availableOn: dayOf(expected), refusedReason: null,
  };
}
/** `20261123` as a day. */
export const dayOf = (compact: string | null): string | null => (compact !== null && /^\d{8}$/.test(compact) ? `${compact.slice(0, 4)}-${compact.slice(4, 6)}-${compact.slice(6)}` : null);

export const releaseResult = (command: OutboundCommand, row: PickRequest): Record<string, unknown> =>
  ({ request: command.payload["request"], warehouse: row.site, state: "accepted", reason: null });

/** All or nothing, says StackRight; what it does not name as recalled is refused. */
export function recallResult(payload: CommandPayloads["recall_release"], answer: z.infer<typeof recallAnswer>): Record<string, unknown> {
  if (answer.result === "REFUSED") return { accepted: [], refused: payload.lines, reason: answer.reason ?? null };
  const accepted = answer.recalled.map(({ lineRef, qty }) => ({ line: lineRef, quantity: decimalOf(qty) }));
  const given = new Map(accepted.map(({ line, quantity }) => [line, dec(quantity)]));
  const refused = payload.lines.flatMap(({ line, quantity }) => {
    const rest = dec(quantity).minus(given.get(line) ?? 0);
    return rest.gt(0) ? [{ line, quantity: plain(rest) }] : [];
  });
  return { accepted, refused };
}
