import type { Floor } from './floor';
import { compactDate, round6, type Job, type PickAttempt, type PickLine, type PickRequest, type Shipment, type ShipmentLine, type Wave, type Work } from './model';

const packMinutes = 15;
const shipMinutes = 10;
const nextWaveMinutes = 30;

/** The workers: do the jobs whose time has come. Stories (plans) say where they miscount; without one they ship what was asked. */
export function doDueJobs(floor: Floor): void {
  const now = Date.now();
  for (const job of floor.jobs.all()) {
    if (job.due > now) continue;
    floor.jobs.delete(job.id);
    if (job.kind === 'restock') floor.receiveStock(job.documentId);
    else if (job.kind === 'correct') correct(floor, job.documentId);
    else if (job.kind === 'inspect') inspect(floor, job.documentId);
    else workOnRequest(floor, job);
  }
}

function workOnRequest(floor: Floor, job: Job): void {
  const request = floor.pickRequests.get(job.documentId);
  const work = floor.work.get(job.documentId);
  if (request === undefined || work === undefined || request.status === 'RECALLED') return;
  if (job.kind === 'pick') startPicking(floor, request, work);
  else if (job.kind === 'pack') pack(floor, request, work);
  else ship(floor, request, work, job.wave);
}

function attemptFor(floor: Floor, request: PickRequest, line: PickLine): PickAttempt {
  const plan = floor.plans.get(request.salesOrderNo);
  const attempts = plan?.lines[line.lineRef];
  if (plan === undefined || attempts === undefined) return {};
  const used = plan.used[line.lineRef] ?? 0;
  floor.plans.put(plan.salesOrderNo, { ...plan, used: { ...plan.used, [line.lineRef]: used + 1 } });
  return attempts[used] ?? {};
}

/** Adds the line's quantities to the shipments (waves) in which they leave. */
function spread(waves: Wave[][], line: PickLine, attempt: PickAttempt, available: number): void {
  let left = Math.min(attempt.ship ?? line.qtyInProcess, line.qtyInProcess, available);
  const add = (wave: number, sku: string, qty: number): void => {
    while (waves.length <= wave) waves.push([]);
    if (qty > 0) waves[wave]?.push({ lineRef: line.lineRef, sku, qty: round6(qty) });
  };
  if (attempt.substitute !== undefined) {
    const other = Math.min(attempt.substitute.quantity, left);
    add(0, attempt.substitute.sku, other);
    left = round6(left - other);
  }
  const parts = attempt.parts ?? [left];
  parts.forEach((part, wave) => {
    const isLast = wave === parts.length - 1;
    const qty = isLast ? left : Math.min(part, left);
    left = round6(left - qty);
    add(wave, line.sku, round6(qty + (isLast ? (attempt.over ?? 0) : 0)));
  });
}

function startPicking(floor: Floor, request: PickRequest, work: Work): void {
  const waves: Wave[][] = [];
  const waiting: string[] = [];
  for (const line of request.lines) {
    if (line.qtyInProcess === 0) continue;
    const attempt = attemptFor(floor, request, line);
    if (attempt.rest === 'wait' && (attempt.ship ?? line.qtyInProcess) < line.qtyInProcess) waiting.push(line.lineRef);
    spread(waves, line, attempt, work.reserved[line.lineRef] ?? line.qtyInProcess);
  }
  floor.work.put(request.pickRequestId, { ...work, waves, waiting });
  if (waves.every((wave) => wave.length === 0)) {
    // Nothing to pick: wait for a recall, or close short.
    if (waiting.length === 0) close(floor, request, { ...work, waves, waiting });
    return;
  }
  floor.keepRequest({ ...request, status: 'PICKING' }, 'PICKING');
  floor.schedule('pack', request.pickRequestId, packMinutes);
}

function pack(floor: Floor, request: PickRequest, work: Work): void {
  const planned = (line: PickLine): number => round6(work.waves.flat().filter((wave) => wave.lineRef === line.lineRef).reduce((sum, wave) => sum + wave.qty, 0));
  const picked = floor.keepRequest({ ...request, status: 'PICKED', lines: request.lines.map((line) => ({ ...line, qtyPicked: planned(line) })) }, 'PICKED');
  floor.keepRequest({ ...picked, status: 'PACKED', lines: picked.lines.map((line) => ({ ...line, qtyPacked: line.qtyPicked })) }, 'PACKED');
  floor.schedule('ship', request.pickRequestId, shipMinutes, 0);
}

function ship(floor: Floor, request: PickRequest, work: Work, wave: number): void {
  const leaving = work.waves[wave] ?? [];
  const shipment = leaving.length === 0 ? null : issueGoods(floor, request, leaving);
  const lines = request.lines.map((line) => {
    const qty = round6(leaving.filter((entry) => entry.lineRef === line.lineRef).reduce((sum, entry) => sum + entry.qty, 0));
    const over = Math.max(0, round6(qty - line.qtyInProcess));
    return { ...line, qtyShipped: round6(line.qtyShipped + qty), qtyOver: round6(line.qtyOver + over), qtyInProcess: round6(line.qtyInProcess - (qty - over)) };
  });
  const shipped = { ...request, lines, shipments: shipment === null ? request.shipments : [...request.shipments, shipment.shipmentId] };
  if (wave + 1 < work.waves.length) {
    floor.keepRequest(shipped, 'PACKED');
    floor.schedule('ship', request.pickRequestId, nextWaveMinutes, wave + 1);
  } else {
    close(floor, shipped, work);
  }
}

function close(floor: Floor, request: PickRequest, work: Work): void {
  const lines = request.lines.map((line) => {
    if (work.waiting.includes(line.lineRef)) return line;
    releaseReserve(floor, request, work, line);
    return { ...line, qtyShort: round6(line.qtyShort + line.qtyInProcess), qtyInProcess: 0 };
  });
  const isDone = lines.every((line) => line.qtyInProcess === 0);
  floor.keepRequest({ ...request, lines, status: isDone ? 'CLOSED' : request.status }, isDone ? 'CLOSED' : 'PACKED');
}

/** Short goods were not there: the reservation goes, the stock level stays as the count says. */
function releaseReserve(floor: Floor, request: PickRequest, work: Work, line: PickLine): void {
  const left = Math.min(line.qtyInProcess, work.reserved[line.lineRef] ?? 0);
  if (left > 0) floor.changeStock(request.site, line.sku, 0, -left);
}

function issueGoods(floor: Floor, request: PickRequest, leaving: Wave[]): Shipment {
  const shipmentId = floor.context.store.nextId('SHP', 7);
  const now = Date.now();
  const lines = leaving.map((entry, index): ShipmentLine => {
    const sku = floor.skus.get(entry.sku);
    const asked = request.lines.find((line) => line.lineRef === entry.lineRef);
    const isSubstitute = asked !== undefined && asked.sku !== entry.sku;
    floor.changeStock(request.site, entry.sku, -entry.qty, isSubstitute ? 0 : -Math.min(entry.qty, asked?.qtyInProcess ?? 0));
    if (isSubstitute) floor.changeStock(request.site, asked.sku, 0, -entry.qty);
    return {
      shipLine: index + 1, pickRequestId: request.pickRequestId, clientRef: request.clientRef, salesOrderNo: request.salesOrderNo, lineRef: entry.lineRef,
      sku: entry.sku, orderedSku: asked?.sku ?? entry.sku, uom: sku?.stockUom ?? 'EA', qty: entry.qty,
      lots: sku?.tracking === 'LOT' ? [{ lotNo: `L${compactDate(now).slice(2, 6)}A`, qty: entry.qty }] : [],
      serials: sku?.tracking === 'SERIAL' ? Array.from({ length: Math.min(1000, Math.floor(entry.qty)) }, () => floor.context.store.nextId(`${entry.sku}-`, 6)) : [],
      catchWeight: null,
    };
  });
  const weightGrams = Math.round(lines.reduce((sum, line) => sum + line.qty * (floor.skus.get(line.sku)?.weightGrams ?? 0), 0));
  const shipment = floor.shipments.put(shipmentId, {
    shipmentId, version: 1, status: 'CONFIRMED', site: request.site, goodsIssueTime: now, goodsIssueDate: compactDate(now), carrierCode: request.carrierCode,
    trackingNo: `PW${shipmentId.slice(3).padStart(9, '0')}US`, weightGrams, correctionReason: null, shipTo: request.shipTo, changedTime: now, lines,
  });
  floor.event('SHIPMENT.CONFIRMED', 'SHIPMENT', shipmentId, 1, request.site, [request.salesOrderNo]);
  const correction = floor.plans.get(request.salesOrderNo)?.correction;
  if (correction !== undefined && lines.some((line) => line.lineRef === correction.lineRef)) floor.schedule('correct', shipmentId, correction.afterMinutes);
  return shipment;
}

function correct(floor: Floor, shipmentId: string): void {
  const shipment = floor.shipments.get(shipmentId);
  const correction = floor.plans.get(shipment?.lines[0]?.salesOrderNo ?? '')?.correction;
  if (shipment !== undefined && correction !== undefined) correctShipment(floor, shipmentId, correction.lineRef, correction.quantity, 'RECOUNT');
}

/** A recount: sets the total of one shipment line, mends stock and the pick request, raises both versions. */
export function correctShipment(floor: Floor, shipmentId: string, lineRef: string, quantity: number, reason: string): Shipment | null {
  const shipment = floor.shipments.get(shipmentId);
  const line = shipment?.lines.find((entry) => entry.lineRef === lineRef);
  if (shipment === undefined || line === undefined) return null;
  const difference = round6(quantity - line.qty);
  const lines = shipment.lines.map((entry) => (entry === line ? { ...entry, qty: quantity, lots: entry.lots.map((lot) => ({ ...lot, qty: quantity })), serials: entry.serials.slice(0, Math.ceil(quantity)) } : entry));
  const status = lines.every((entry) => entry.qty === 0) ? 'CANCELLED' : 'CORRECTED';
  const kept = floor.shipments.put(shipmentId, { ...shipment, version: shipment.version + 1, status, correctionReason: reason, changedTime: Date.now(), lines });
  floor.changeStock(shipment.site, line.sku, -difference, 0);
  const request = floor.pickRequests.get(line.pickRequestId);
  if (request !== undefined) floor.keepRequest({ ...request, lines: request.lines.map((entry) => (entry.lineRef === lineRef ? recount(entry, difference) : entry)) }, 'CLOSED');
  floor.event(`SHIPMENT.${status}`, 'SHIPMENT', shipmentId, kept.version, shipment.site, [line.salesOrderNo]);
  return kept;
}

/** Keeps requested + over = shipped + short + recalled + in process. */
function recount(line: PickLine, difference: number): PickLine {
  const qtyShipped = round6(line.qtyShipped + difference);
  const balance = round6(qtyShipped + line.qtyRecalled + line.qtyInProcess - line.qtyRequested);
  return { ...line, qtyShipped, qtyOver: Math.max(0, balance), qtyShort: Math.max(0, round6(-balance)) };
}

function inspect(floor: Floor, receiptId: string): void {
  const receipt = floor.receipts.get(receiptId);
  if (receipt?.status !== 'RECEIVED') return;
  const lines = receipt.lines.map((line) => ({ ...line, disposition: line.disposition ?? 'RESTOCK' }));
  for (const line of lines) if (line.disposition === 'RESTOCK') floor.changeStock(receipt.site, line.sku, line.qty, 0);
  floor.receipts.put(receiptId, { ...receipt, version: receipt.version + 1, status: 'INSPECTED', lines });
  floor.event('RETURN.INSPECTED', 'RETURN', receiptId, receipt.version + 1, receipt.site, [receipt.salesOrderNo]);
}
