import { z } from 'zod';
import { parseBody } from '../../kit/auth';
import { ok, Refusal, route, type Call, type Reply, type Route } from '../../kit/http';
import type { Floor } from './floor';
import { round6, type Allocation, type AllocationLine, type PickLine, type PickRequest } from './model';

const startPickingMinutes = 5;

const askedLine = z.object({ lineRef: z.string().min(1), sku: z.string(), uom: z.string(), qty: z.number(), substitutionAllowed: z.boolean().optional() });
const allocationBody = z.object({ clientRef: z.string().min(1).max(120), site: z.string(), salesOrderNo: z.string(), lines: z.array(askedLine).min(1) });
const pickBody = z.object({
  clientRef: z.string().min(1).max(120), site: z.string(), allocationId: z.string().nullish(), salesOrderNo: z.string().min(1), customerName: z.string().nullish(),
  shipTo: z.looseObject({}).nullish(), carrierCode: z.string().default('PWGR'), requiredShipDate: z.string().nullish(), shipComplete: z.boolean().nullish(), lines: z.array(askedLine).min(1),
});
const recallBody = z.object({ clientRef: z.string().min(1), lines: z.array(z.object({ lineRef: z.string(), qty: z.number().positive() })).nullish() });

const knownCarriers = new Set(['PWGR', 'PWXP', 'WILLCALL']);

/** StackRight's only protection against doubles: a client reference is unique, and its content may not change. */
function earlier<T extends object>(floor: Floor, kind: string, clientRef: string, call: Call, find: (id: string) => T | undefined): T | null {
  const references = floor.context.store.collection<{ id: string; content: string }>('_references');
  const known = references.get(`${kind}:${clientRef}`);
  if (known === undefined) return null;
  if (known.content !== JSON.stringify(call.body)) throw new Refusal(409, 'WMS-409', `clientRef ${clientRef} has other content`);
  return find(known.id) ?? null;
}

function remember(floor: Floor, kind: string, clientRef: string, call: Call, id: string): void {
  floor.context.store.collection<{ id: string; content: string }>('_references').put(`${kind}:${clientRef}`, { id, content: JSON.stringify(call.body) });
}

function allocate(floor: Floor, call: Call): Reply {
  const body = parseBody(allocationBody, call.body, 'WMS-400');
  const before = earlier(floor, 'allocation', body.clientRef, call, (id) => floor.allocations.get(id));
  if (before !== null) return ok({ ...before, duplicate: true });
  const site = floor.openSite(body.site);
  const lines = body.lines.map((line): AllocationLine => {
    const asked = floor.toStockUnit(line.sku, line.uom, line.qty);
    const got = floor.reserve(site, line.sku, asked);
    if (got < asked) floor.orderInbound(site, line.sku);
    return {
      lineRef: line.lineRef, sku: line.sku, uom: floor.sku(line.sku).stockUom, qtyRequested: asked, qtyAllocated: got, qtyBackordered: round6(asked - got), qtyReleased: 0,
      expectedDate: got < asked ? new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '') : null,
    };
  });
  const now = Date.now();
  const allocationId = floor.context.store.nextId('AL', 7);
  const kept = floor.keepAllocation({ allocationId, clientRef: body.clientRef, version: 1, status: 'FULL', site, salesOrderNo: body.salesOrderNo, lines, createdTime: now, changedTime: now });
  remember(floor, 'allocation', body.clientRef, call, allocationId);
  return { status: 201, body: { ...kept, duplicate: false } };
}

function closeAllocation(floor: Floor, id: string): Reply {
  const allocation = floor.allocations.get(id);
  if (allocation === undefined) throw new Refusal(404, 'WMS-404', `Allocation ${id} not found`);
  if (allocation.status === 'CLOSED') return ok(allocation);
  for (const line of allocation.lines) floor.changeStock(allocation.site, line.sku, 0, -round6(line.qtyAllocated - line.qtyReleased));
  const lines = allocation.lines.map((line) => ({ ...line, qtyAllocated: line.qtyReleased, qtyBackordered: 0 }));
  return ok(floor.keepAllocation({ ...allocation, lines, status: 'CLOSED', version: allocation.version + 1 }));
}

/** Takes the line's stock from its allocation first, then from what is free; returns what is really reserved. */
function takeReserved(floor: Floor, site: string, allocation: Allocation | undefined, line: { lineRef: string; sku: string }, asked: number): { reserved: number; allocation: Allocation | undefined } {
  const held = allocation?.lines.find((entry) => entry.lineRef === line.lineRef && entry.sku === line.sku);
  const fromAllocation = held === undefined ? 0 : Math.min(asked, round6(held.qtyAllocated - held.qtyReleased));
  const reserved = round6(fromAllocation + floor.reserve(site, line.sku, round6(asked - fromAllocation)));
  if (allocation === undefined || held === undefined || fromAllocation === 0) return { reserved, allocation };
  const lines = allocation.lines.map((entry) => (entry === held ? { ...entry, qtyReleased: round6(entry.qtyReleased + fromAllocation) } : entry));
  return { reserved, allocation: floor.keepAllocation({ ...allocation, lines, version: allocation.version + 1 }) };
}

function release(floor: Floor, call: Call): Reply {
  const body = parseBody(pickBody, call.body, 'WMS-400');
  const before = earlier(floor, 'pick', body.clientRef, call, (id) => floor.pickRequests.get(id));
  if (before !== null) return ok({ ...before, duplicate: true });
  const site = floor.openSite(body.site);
  if (!knownCarriers.has(body.carrierCode)) throw new Refusal(422, 'WMS-CARRIER', `Carrier ${body.carrierCode} is unknown`);
  let allocation = body.allocationId == null ? undefined : floor.allocations.get(body.allocationId);
  if (body.allocationId != null && allocation === undefined) throw new Refusal(404, 'WMS-404', `Allocation ${body.allocationId} not found`);
  if (allocation !== undefined && (allocation.status === 'CLOSED' || allocation.site !== site)) throw new Refusal(422, 'WMS-STATE', `Allocation ${allocation.allocationId} is closed or of another site`);
  const reserved: Record<string, number> = {};
  const lines = body.lines.map((line): PickLine => {
    const asked = floor.toStockUnit(line.sku, line.uom, line.qty);
    const taken = takeReserved(floor, site, allocation, line, asked);
    allocation = taken.allocation;
    reserved[line.lineRef] = taken.reserved;
    if (taken.reserved < asked) floor.orderInbound(site, line.sku);
    return { lineRef: line.lineRef, sku: line.sku, uom: floor.sku(line.sku).stockUom, qtyRequested: asked, qtyPicked: 0, qtyPacked: 0, qtyShipped: 0, qtyOver: 0, qtyShort: 0, qtyRecalled: 0, qtyInProcess: asked };
  });
  const now = Date.now();
  const pickRequestId = floor.context.store.nextId('PR', 7);
  const request: PickRequest = {
    pickRequestId, clientRef: body.clientRef, version: 0, status: 'NEW', site, allocationId: body.allocationId ?? null, salesOrderNo: body.salesOrderNo, carrierCode: body.carrierCode,
    shipTo: body.shipTo ?? null, lines, shipments: [], createdTime: now, changedTime: now,
  };
  const kept = floor.keepRequest(request, 'ACCEPTED');
  floor.work.put(pickRequestId, { pickRequestId, reserved, waves: [], waiting: [] });
  floor.schedule('pick', pickRequestId, startPickingMinutes);
  remember(floor, 'pick', body.clientRef, call, pickRequestId);
  return { status: 201, body: { ...kept, duplicate: false } };
}

/** All or nothing; possible while nothing of the asked lines was picked. */
function recall(floor: Floor, call: Call, id: string): Reply {
  const request = floor.pickRequests.get(id);
  if (request === undefined) throw new Refusal(404, 'WMS-404', `Pick request ${id} not found`);
  const body = parseBody(recallBody, call.body, 'WMS-400');
  const answers = floor.context.store.collection<object>('_recalls');
  const before = answers.get(`${id}:${body.clientRef}`);
  if (before !== undefined) return ok(before);
  const asked = body.lines ?? request.lines.filter((line) => line.qtyInProcess > 0).map((line) => ({ lineRef: line.lineRef, qty: line.qtyInProcess }));
  const waiting = floor.work.get(id)?.waiting ?? [];
  const isPossible = asked.length > 0 && asked.every((want) => {
    const line = request.lines.find((entry) => entry.lineRef === want.lineRef);
    return line !== undefined && want.qty <= line.qtyInProcess && (request.status === 'NEW' || waiting.includes(want.lineRef));
  });
  const reason = request.status === 'CLOSED' || request.status === 'RECALLED' ? 'NOTHING_IN_PROCESS' : 'ALREADY_PICKED';
  const answer = { result: isPossible ? 'ACCEPTED' : 'REFUSED', pickRequestId: id, recalled: isPossible ? asked : [], reason: isPossible ? null : reason };
  answers.put(`${id}:${body.clientRef}`, answer);
  if (isPossible) takeBack(floor, request, asked);
  return ok(answer);
}

function takeBack(floor: Floor, request: PickRequest, asked: { lineRef: string; qty: number }[]): void {
  const work = floor.work.get(request.pickRequestId);
  const reserved = { ...work?.reserved };
  const lines = request.lines.map((line) => {
    const qty = asked.find((entry) => entry.lineRef === line.lineRef)?.qty ?? 0;
    if (qty === 0) return line;
    const freed = Math.min(qty, reserved[line.lineRef] ?? 0);
    if (freed > 0) floor.changeStock(request.site, line.sku, 0, -freed);
    reserved[line.lineRef] = round6((reserved[line.lineRef] ?? 0) - freed);
    return { ...line, qtyRecalled: round6(line.qtyRecalled + qty), qtyInProcess: round6(line.qtyInProcess - qty) };
  });
  if (work !== undefined) floor.work.put(request.pickRequestId, { ...work, reserved });
  const isEmpty = lines.every((line) => line.qtyInProcess === 0);
  const nothingShipped = lines.every((line) => line.qtyShipped === 0);
  floor.keepRequest({ ...request, lines, status: isEmpty ? (nothingShipped ? 'RECALLED' : 'CLOSED') : request.status }, 'RECALLED');
}

export function releaseRoutes(floor: Floor): Route[] {
  const match = (call: Call, row: { clientRef: string; salesOrderNo: string }): boolean =>
    (call.query.get('clientRef') ?? row.clientRef) === row.clientRef && (call.query.get('salesOrderNo') ?? row.salesOrderNo) === row.salesOrderNo;
  const found = (row: object | undefined, what: string): Reply => {
    if (row === undefined) throw new Refusal(404, 'WMS-404', `${what} not found`);
    return ok(row);
  };
  return [
    route('POST', '/rest/allocations', (call) => allocate(floor, call)),
    route('GET', '/rest/allocations', (call) => ok({ allocations: floor.allocations.all().filter((row) => match(call, row)) })),
    route('GET', '/rest/allocations/:id', (_, param) => found(floor.allocations.get(param('id')), `Allocation ${param('id')}`)),
    route('DELETE', '/rest/allocations/:id', (_, param) => closeAllocation(floor, param('id'))),
    route('POST', '/rest/pickrequests', (call) => release(floor, call)),
    route('GET', '/rest/pickrequests', (call) => ok({ pickRequests: floor.pickRequests.all().filter((row) => match(call, row)) })),
    route('GET', '/rest/pickrequests/:id', (_, param) => found(floor.pickRequests.get(param('id')), `Pick request ${param('id')}`)),
    route('POST', '/rest/pickrequests/:id/recall', (call, param) => recall(floor, call, param('id'))),
  ];
}
