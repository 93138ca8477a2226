import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startForTest, until, type TestSystem } from '../../testing/in-process';

describe('wms', () => {
  let wms: TestSystem;
  let order = 0;
  beforeAll(async () => {
    wms = await startForTest('wms', { speed: 30_000 });
  });
  afterAll(() => wms.close());

  const release = (ref: string, salesOrderNo: string, qty: number, sku = 'SR00001') =>
    wms.call('POST', '/rest/pickrequests', { clientRef: ref, site: 'W01', allocationId: null, salesOrderNo, carrierCode: 'PWGR', lines: [{ lineRef: 'l1', sku, uom: 'EA', qty }] });
  const nextOrder = (): string => `N-${(order += 1)}`;
  const plan = (salesOrderNo: string, attempts: object[], correction?: object) => wms.call('POST', '/_control/plan', { plan: { salesOrderNo, lines: { l1: attempts }, ...(correction === undefined ? {} : { correction }) } });
  const closed = (id: string) => until(`${id} closed`, async () => {
    const { body } = await wms.call('GET', `/rest/pickrequests/${id}`);
    return body.status === 'CLOSED' ? body : null;
  });
  const shipments = async (no: string) => (await wms.call('GET', `/rest/shipments?salesOrderNo=${no}`)).body.shipments;

  it('ships by itself what was asked, and tells it in a feed without gaps', async () => {
    const no = nextOrder();
    const made = await release('r1', no, 10);
    expect([made.status, made.body.lines[0].qtyInProcess]).toEqual([201, 10]);
    expect((await closed(made.body.pickRequestId)).lines[0]).toMatchObject({ qtyShipped: 10, qtyInProcess: 0, qtyShort: 0 });
    const feed = (await wms.call('GET', '/rest/events?after=0&max=500')).body;
    expect(feed.events.map((event: { seqNo: number }) => event.seqNo)).toEqual(feed.events.map((_: unknown, index: number) => index + 1));
    expect(feed.events.map((event: { eventType: string }) => event.eventType)).toContain('SHIPMENT.CONFIRMED');
    expect((await shipments(no))[0].trackingNo).toMatch(/^PW\d{9}US$/);
  });

  it('answers the same client reference with the same request, other content with 409', async () => {
    const no = nextOrder();
    const first = await release('same', no, 3);
    const again = await release('same', no, 3);
    expect([again.status, again.body.duplicate, again.body.pickRequestId]).toEqual([200, true, first.body.pickRequestId]);
    expect((await release('same', no, 4)).body.errorCode).toBe('WMS-409');
    expect((await release('r-x', no, 1, 'NOPE')).body.errorCode).toBe('WMS-SKU');
    expect((await fetch(`${wms.url}/rest/events`)).status).toBe(401);
  });

  it('ships short, then the rest at the next request; over; in parts', async () => {
    const short = nextOrder();
    await plan(short, [{ ship: 6, rest: 'short' }]);
    const first = await closed((await release('s1', short, 10)).body.pickRequestId);
    expect(first.lines[0]).toMatchObject({ qtyShipped: 6, qtyShort: 4 });
    expect((await closed((await release('s2', short, 4)).body.pickRequestId)).lines[0]).toMatchObject({ qtyShipped: 4 });
    const over = nextOrder();
    await plan(over, [{ over: 4 }], { lineRef: 'l1', quantity: 50, afterMinutes: 60 });
    expect((await closed((await release('o1', over, 50)).body.pickRequestId)).lines[0]).toMatchObject({ qtyShipped: 54, qtyOver: 4 });
    const corrected = await until('recount', async () => (await shipments(over)).find((row: { version: number }) => row.version === 2));
    expect(corrected).toMatchObject({ status: 'CORRECTED', lines: [{ qty: 50 }] });
    const parts = nextOrder();
    await plan(parts, [{ parts: [1, 1, 1] }]);
    await closed((await release('p1', parts, 3)).body.pickRequestId);
    expect((await shipments(parts)).map((row: { lines: { qty: number }[] }) => row.lines[0]?.qty)).toEqual([1, 1, 1]);
  });

  it('gives a waiting request back, and not a shipped one', async () => {
    const no = nextOrder();
    await plan(no, [{ ship: 0, rest: 'wait' }]);
    const waiting = (await release('w1', no, 5)).body.pickRequestId;
    const recalled = await wms.call('POST', `/rest/pickrequests/${waiting}/recall`, { clientRef: 'rc1', lines: null });
    expect(recalled.body).toMatchObject({ result: 'ACCEPTED', recalled: [{ lineRef: 'l1', qty: 5 }] });
    expect((await wms.call('GET', `/rest/pickrequests/${waiting}`)).body.status).toBe('RECALLED');
    const shipped = (await release('w2', nextOrder(), 5)).body.pickRequestId;
    await closed(shipped);
    expect((await wms.call('POST', `/rest/pickrequests/${shipped}/recall`, { clientRef: 'rc2' })).body.result).toBe('REFUSED');
  });

  it('back-orders what is not there and allocates it when stock comes in', async () => {
    const stock = (await wms.call('GET', '/rest/inventory?site=W01&sku=SR00116')).body.inventory[0];
    const made = await wms.call('POST', '/rest/allocations', { clientRef: 'a1', site: 'W01', salesOrderNo: nextOrder(), lines: [{ lineRef: 'l1', sku: 'SR00116', uom: 'EA', qty: stock.available + 3 }] });
    expect(made.body).toMatchObject({ status: 'PARTIAL', lines: [{ qtyAllocated: stock.available, qtyBackordered: 3 }] });
    await until('stock', async () => (await wms.call('GET', `/rest/allocations/${made.body.allocationId}`)).body.status === 'FULL');
    expect((await wms.call('DELETE', `/rest/allocations/${made.body.allocationId}`)).body.status).toBe('CLOSED');
  });

  it('tells which stock changed since', async () => {
    const rows = async (after: number) => (await wms.call('GET', `/rest/inventory?changedAfter=${after}&size=500`)).body.inventory as { sku: string; version: number; changedTime: number }[];
    const before = Math.max(...(await rows(0)).map((row) => row.changedTime));
    await wms.call('POST', '/_control/set-stock', { site: 'W02', sku: 'SR00003', onHand: 77 });
    expect((await rows(before)).filter(({ sku }) => sku === 'SR00003')).toMatchObject([{ site: 'W02', onHand: 77, version: 2 }]);
  });

  it('receives returns and inspects them', async () => {
    await wms.call('POST', '/_control/return-arrives', { receipt: { rmaNo: 'RMA-1', salesOrderNo: 'N-1', site: 'W01', lines: [{ lineRef: 'l1', sku: 'SR00001', uom: 'EA', qty: 2, disposition: null, lotNo: null, serials: [] }] } });
    const receipt = await until('inspection', async () => (await wms.call('GET', '/rest/returnreceipts?rmaNo=RMA-1')).body.returnReceipts.find((row: { status: string }) => row.status === 'INSPECTED'));
    expect(receipt.lines[0].disposition).toBe('RESTOCK');
  });
});
