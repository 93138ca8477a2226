import { z } from 'zod';
import { basicAuth, parseBody } from '../../kit/auth';
import { ok, Refusal, route, textOf, type LedgerEntry, type Reply, type Route } from '../../kit/http';
import { clampLimit, clampOffset, numberedPage } from '../../kit/paging';
import type { SystemContext, SystemDefinition } from '../../kit/system';
import { masterData } from '../../master-data';
import { units, warehouses } from '../../master-data-tables';
import { Floor } from './floor';
import { releaseRoutes } from './release';
import { correctShipment, doDueJobs } from './workers';
import type { Plan, ReturnReceipt } from './model';

const rmaBody = z.object({
  clientRef: z.string().min(1).max(120), rmaNo: z.string().min(1), site: z.string(), salesOrderNo: z.string(), expectedBy: z.string().nullish(),
  lines: z.array(z.object({ lineRef: z.string(), sku: z.string(), uom: z.string(), qty: z.number() })).min(1),
});

function page<T>(call: { query: URLSearchParams }, rows: T[], name: string): Reply {
  const { rows: shown, ...place } = numberedPage(rows, Math.max(1, clampOffset(call.query.get('page'), 1)), clampLimit(call.query.get('size'), 50, 200));
  return ok({ [name]: shown, ...place });
}

function found<T>(row: T | undefined, what: string): Reply {
  if (row === undefined) throw new Refusal(404, 'WMS-404', `${what} not found`);
  return ok(row);
}

function readRoutes(floor: Floor): Route[] {
  return [
    route('GET', '/rest/events', (call) => {
      const after = clampOffset(call.query.get('after'));
      const max = clampLimit(call.query.get('max'), 100, 500);
      // The feed has no gaps, so the place of an event is its number.
      const events = floor.events.all().slice(after, after + max);
      const lastSeq = events.at(-1)?.seqNo ?? after;
      return ok({ events, lastSeq, more: after + events.length < floor.events.size });
    }),
    route('GET', '/rest/shipments/:id', (_, param) => found(floor.shipments.get(param('id')), `Shipment ${param('id')}`)),
    route('GET', '/rest/shipments', (call) => {
      const after = clampOffset(call.query.get('changedAfter'));
      const orderNo = call.query.get('salesOrderNo');
      const rows = floor.shipments.all().filter((row) => row.changedTime > after && (orderNo === null || row.lines.some((line) => line.salesOrderNo === orderNo)));
      return page(call, rows, 'shipments');
    }),
    route('GET', '/rest/returnreceipts/:id', (_, param) => found(floor.receipts.get(param('id')), `Receipt ${param('id')}`)),
    route('GET', '/rest/returnreceipts', (call) =>
      ok({ returnReceipts: floor.receipts.all().filter((row) => (call.query.get('rmaNo') ?? row.rmaNo) === row.rmaNo) })),
    route('GET', '/rest/inventory', (call) => {
      const after = clampOffset(call.query.get('changedAfter'));
      const rows = floor.stock.all()
        .filter((row) => row.changedTime > after || after === 0)
        .filter((row) => (call.query.get('site') ?? row.site) === row.site && (call.query.get('sku') ?? row.sku) === row.sku)
        .sort((left, right) => (`${left.site}${left.sku}` < `${right.site}${right.sku}` ? -1 : 1))
        .map((row) => ({ ...row, uom: floor.skus.get(row.sku)?.stockUom, available: row.onHand - row.allocated }));
      return page(call, rows, 'inventory');
    }),
    route('GET', '/rest/skus', (call) => page(call, floor.skus.all(), 'skus')),
    route('GET', '/rest/sites', () => ok({ sites: floor.sites.all() })),
    route('POST', '/rest/rmas', (call) => {
      const body = parseBody(rmaBody, call.body, 'WMS-400');
      const before = floor.rmas.all().find((row) => row.clientRef === body.clientRef);
      if (before !== undefined) {
        if (before['content'] !== call.rawBody) throw new Refusal(409, 'WMS-409', `clientRef ${body.clientRef} has other content`);
        return ok({ ...before, content: undefined, duplicate: true });
      }
      floor.openSite(body.site);
      const lines = body.lines.map((line) => ({ ...line, qty: floor.toStockUnit(line.sku, line.uom, line.qty), uom: floor.sku(line.sku).stockUom }));
      const rmaId = floor.context.store.nextId('RM', 7);
      const kept = floor.rmas.put(rmaId, { rmaId, ...body, lines, status: 'EXPECTED', content: call.rawBody });
      return { status: 201, body: { ...kept, content: undefined, duplicate: false } };
    }),
    route('GET', '/rest/rmas', (call) =>
      ok({ rmas: floor.rmas.all().filter((row) => (call.query.get('clientRef') ?? row.clientRef) === row.clientRef).map((row) => ({ ...row, content: undefined })) })),
    route('GET', '/rest/rmas/:id', (_, param) => {
      const row = floor.rmas.get(param('id'));
      return found(row === undefined ? undefined : { ...row, content: undefined }, `RMA ${param('id')}`);
    }),
  ];
}

/** Goods out and back, in the stock unit: what the oracle compares quantities with. */
function ledger(floor: Floor): LedgerEntry[] {
  const entry = (account: string, document: string, line: { salesOrderNo?: string; lineRef: string; qty: number }, orderNo: string, date: string, index: number): LedgerEntry => ({
    entry: `${document}:${index}`, account, document, kind: account, orderNumber: orderNo, line: line.lineRef, quantity: String(line.qty), amount: null, currency: null,
    date: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`, reference: null,
  });
  return [
    ...floor.shipments.all().flatMap((row) => row.lines.map((line, index) => entry('shipped', row.shipmentId, line, line.salesOrderNo, row.goodsIssueDate, index))),
    ...floor.receipts.all().flatMap((row) => row.lines.map((line, index) => entry('returned', row.receiptId, line, row.salesOrderNo, row.receivedDate, index))),
  ];
}

export function defineWms(context: SystemContext): SystemDefinition {
  const floor = new Floor(context);
  return {
    routes: [...readRoutes(floor), ...releaseRoutes(floor)],
    authenticate: basicAuth(context.settings.credentials),
    errorBody: (_, errorCode, errorText) => ({ body: { status: 'ERROR', errorCode, errorText } }),
    codes: { unauthorized: 'WMS-401', notFound: 'WMS-404', malformed: 'WMS-400', internal: 'WMS-500', rateLimited: 'WMS-429', refused: 'WMS-REFUSED' },
    control: {
      plan: (body) => {
        const plan: Plan = { ...(body['plan'] as Omit<Plan, 'used'>), used: {} };
        return floor.plans.put(plan.salesOrderNo, plan);
      },
      'set-stock': (body) => {
        const level = floor.level(String(body['site']), String(body['sku']));
        floor.changeStock(level.site, level.sku, Number(body['onHand']) - level.onHand, 0);
        return floor.level(level.site, level.sku);
      },
      'set-site': (body) => {
        const site = floor.sites.get(String(body['site']));
        if (site === undefined) throw new Refusal(404, 'WMS-404', 'No such site');
        return floor.sites.put(site.site, { ...site, open: body['open'] === true });
      },
      'correct-shipment': (body) =>
        correctShipment(floor, String(body['shipmentId']), String(body['lineRef']), Number(body['quantity']), textOf(body['reason'], 'RECOUNT')) ?? {},
      'return-arrives': (body) => floor.receiveReturn(body['receipt'] as ReturnReceipt),
    },
    ledger: () => ledger(floor),
    tick: () => doDueJobs(floor),
    seedMasterData: () => {
      const data = masterData(context.settings.seed, context.settings.today);
      const wmsUnit = new Map<string, string>(units.map(([canonical, , wms]) => [canonical, wms]));
      for (const [, , site, , name, region] of warehouses) floor.sites.put(site, { site, name, region, open: true });
      for (const item of data.items) {
        floor.skus.put(item.wms, {
          sku: item.wms, text: item.name, stockUom: item.baseUnit, active: true, weightGrams: item.grams,
          tracking: item.tracking === 'none' ? 'NONE' : item.tracking === 'lot' ? 'LOT' : 'SERIAL',
          uoms: item.units.map((unit) => ({ uom: wmsUnit.get(unit.unit) ?? unit.unit, num: unit.numerator, den: unit.denominator })),
        });
        for (const [, , site] of warehouses) floor.stock.put(`${site}:${item.wms}`, { site, sku: item.wms, onHand: item.stock, allocated: 0, version: 1, changedTime: Date.now() });
      }
    },
  };
}
