import { Refusal } from '../../kit/http';
import type { SystemContext } from '../../kit/system';
import { compactDate, round6, type Allocation, type Job, type PickRequest, type Plan, type ReturnReceipt, type Shipment, type Sku, type StockLevel, type Work } from './model';

const replenishMinutes = 120;

/** The warehouse floor: documents, stock levels, event feed and the timetable of jobs. */
export class Floor {
  readonly allocations;
  readonly pickRequests;
  readonly shipments;
  readonly receipts;
  readonly rmas;
  readonly skus;
  readonly sites;
  readonly stock;
  readonly events;
  readonly plans;
  readonly jobs;
  readonly work;

  readonly context: SystemContext;

  constructor(context: SystemContext) {
    this.context = context;
    const { store } = context;
    this.allocations = store.collection<Allocation>('allocations');
    this.pickRequests = store.collection<PickRequest>('pickRequests');
    this.shipments = store.collection<Shipment>('shipments');
    this.receipts = store.collection<ReturnReceipt>('returnReceipts');
    this.rmas = store.collection<{ rmaId: string; clientRef: string; rmaNo: string; status: string; [field: string]: unknown }>('rmas');
    this.skus = store.collection<Sku>('skus');
    this.sites = store.collection<{ site: string; name: string; region: string; open: boolean }>('sites');
    this.stock = store.collection<StockLevel>('stock');
    this.events = store.collection<{ seqNo: number; [field: string]: unknown }>('events');
    this.plans = store.collection<Plan>('_plans');
    this.jobs = store.collection<Job>('_jobs');
    this.work = store.collection<Work>('_work');
  }

  event(eventType: string, docType: string, docId: string, docVersion: number, site: string, salesOrderNos: string[]): void {
    const seqNo = this.context.store.next('event');
    this.events.put(String(seqNo).padStart(9, '0'), { seqNo, eventType, docType, docId, docVersion, site, salesOrderNos, eventTime: Date.now() });
  }

  schedule(kind: Job['kind'], documentId: string, simulatedMinutes: number, wave = 0): void {
    const id = this.context.store.nextId('JOB', 8);
    this.jobs.put(id, { id, due: Date.now() + this.context.realMs(simulatedMinutes), kind, documentId, wave });
  }

  sku(code: string): Sku {
    const sku = this.skus.get(code);
    if (sku?.active !== true) throw new Refusal(422, 'WMS-SKU', `SKU ${code} is unknown or inactive`);
    return sku;
  }

  /** In the stock unit. */
  toStockUnit(code: string, uom: string, quantity: number): number {
    const unit = this.sku(code).uoms.find((entry) => entry.uom === uom);
    if (unit === undefined) throw new Refusal(422, 'WMS-UOM', `Unit ${uom} is unknown for ${code}`);
    if (!(quantity > 0)) throw new Refusal(422, 'WMS-QTY', `Quantity ${quantity} is not allowed`);
    return round6((quantity * unit.num) / unit.den);
  }

  openSite(site: string): string {
    if (this.sites.get(site)?.open !== true) throw new Refusal(422, 'WMS-SITE', `Site ${site} is unknown or closed`);
    return site;
  }

  level(site: string, sku: string): StockLevel {
    return this.stock.get(`${site}:${sku}`) ?? { site, sku, onHand: 0, allocated: 0, version: 0, changedTime: 0 };
  }

  changeStock(site: string, sku: string, onHand: number, allocated: number): void {
    const level = this.level(site, sku);
    this.stock.put(`${site}:${sku}`, {
      ...level, onHand: round6(level.onHand + onHand), allocated: Math.max(0, round6(level.allocated + allocated)), version: level.version + 1, changedTime: Date.now(),
    });
  }

  /** Reserves what is there, up to `quantity`; returns how much. */
  reserve(site: string, sku: string, quantity: number): number {
    const level = this.level(site, sku);
    const got = Math.max(0, Math.min(quantity, round6(level.onHand - level.allocated)));
    if (got > 0) this.changeStock(site, sku, 0, got);
    return got;
  }

  /** Stock that was short comes in by itself some time later. */
  orderInbound(site: string, sku: string): void {
    const documentId = `${site}:${sku}`;
    if (!this.jobs.all().some((job) => job.kind === 'restock' && job.documentId === documentId)) this.schedule('restock', documentId, replenishMinutes);
  }

  receiveStock(documentId: string): void {
    const [site = '', sku = ''] = documentId.split(':');
    const wanted = this.allocations.all().filter((entry) => entry.site === site && entry.status !== 'CLOSED');
    const missing = wanted.flatMap((entry) => entry.lines).filter((line) => line.sku === sku).reduce((sum, line) => sum + line.qtyBackordered, 0);
    this.changeStock(site, sku, Math.max(10, missing), 0);
    this.event('STOCK.RECEIVED', 'STOCK', documentId, this.level(site, sku).version, site, []);
    for (const allocation of wanted.sort((left, right) => left.createdTime - right.createdTime)) this.fillBackOrder(allocation, sku);
  }

  private fillBackOrder(allocation: Allocation, sku: string): void {
    let changed = false;
    const lines = allocation.lines.map((line) => {
      if (line.sku !== sku || line.qtyBackordered === 0) return line;
      const got = this.reserve(allocation.site, sku, line.qtyBackordered);
      if (got === 0) return line;
      changed = true;
      return { ...line, qtyAllocated: round6(line.qtyAllocated + got), qtyBackordered: round6(line.qtyBackordered - got), expectedDate: null };
    });
    if (!changed) return;
    const kept = this.keepAllocation({ ...allocation, lines, version: allocation.version + 1 });
    this.event('ALLOCATION.CHANGED', 'ALLOCATION', kept.allocationId, kept.version, kept.site, [kept.salesOrderNo]);
  }

  keepAllocation(allocation: Allocation): Allocation {
    const short = allocation.lines.some((line) => line.qtyBackordered > 0);
    const any = allocation.lines.some((line) => line.qtyAllocated > 0);
    const status = allocation.status === 'CLOSED' ? 'CLOSED' : !short ? 'FULL' : any ? 'PARTIAL' : 'NONE';
    return this.allocations.put(allocation.allocationId, { ...allocation, status, changedTime: Date.now() });
  }

  keepRequest(request: PickRequest, eventType: string): PickRequest {
    const kept = this.pickRequests.put(request.pickRequestId, { ...request, version: request.version + 1, changedTime: Date.now() });
    this.event(`PICKREQUEST.${eventType}`, 'PICKREQUEST', kept.pickRequestId, kept.version, kept.site, [kept.salesOrderNo]);
    return kept;
  }

  receiveReturn(receipt: Omit<ReturnReceipt, 'receiptId' | 'version' | 'status' | 'receivedTime' | 'receivedDate'>): ReturnReceipt {
    const receiptId = this.context.store.nextId('RR', 7);
    const now = Date.now();
    const kept = this.receipts.put(receiptId, { ...receipt, receiptId, version: 1, status: 'RECEIVED', receivedTime: now, receivedDate: compactDate(now) });
    this.event('RETURN.RECEIVED', 'RETURN', receiptId, 1, receipt.site, [receipt.salesOrderNo]);
    this.schedule('inspect', receiptId, 60);
    return kept;
  }
}
