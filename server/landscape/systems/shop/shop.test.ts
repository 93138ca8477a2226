import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startForTest, until, type TestSystem } from '../../testing/in-process';
import { startReceiver } from '../../testing/webhook-receiver';

const draft = (id: string, number: string): object => ({
  id, number, site: 'US01', channel: 'web', purpose: 'standard', placed_at: '2026-11-23T09:00:00.000Z', currency: 'USD', header_discount: '0.00',
  lines: [{ id: `${id}-1`, position: 1, item_number: 'NG-100001', quantity: '10', cancelled_quantity: '0', unit: 'each', unit_price: '12.500000' }], charges: [],
});

describe('shop', () => {
  let shop: TestSystem;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  beforeAll(async () => {
    let refusals = 1;
    receiver = await startReceiver(() => (refusals-- > 0 ? 503 : 200));
    shop = await startForTest('shop', { webhookBase: receiver.base });
  });
  afterAll(async () => {
    await shop.close();
    await receiver.close();
  });
  const place = (id: string, number: string) => shop.call('POST', '/_control/place-order', { actionId: id, order: draft(id, number) });
  const arrived = (orderId: string, type: string) => receiver.received.filter((one) => one.body.type === type && one.body.data.order?.id === orderId);

  it('announces a new order by a signed webhook, again until it is taken', async () => {
    await place('ord_000001', 'N-100001');
    await place('ord_000001', 'N-100001');
    const [first, second] = await until('second attempt', async () => (arrived('ord_000001', 'order.created').length === 2 ? arrived('ord_000001', 'order.created') : null));
    expect(second?.body.id).toBe(first?.body.id);
    const [, seconds, mac] = /^t=(\d+),v1=(\w+)$/.exec(String(second?.headers['x-northgate-signature'])) ?? [];
    expect(mac).toBe(createHmac('sha256', 'whs_test').update(`${seconds}.${second?.rawBody}`).digest('hex'));
    await until('outbox empty', async () => (await shop.call('GET', '/_documents?type=_outbox')).body.documents._outbox.length === 0);
  });

  it('doubles, loses and reorders webhooks when told', async () => {
    await shop.call('POST', '/_faults', [{ kind: 'webhook_twice' }, { kind: 'webhook_lost' }, { kind: 'webhook_out_of_order' }]);
    for (const number of ['2', '3', '4', '5']) await place(`ord_00000${number}`, `N-10000${number}`);
    await until('late one', async () => arrived('ord_000004', 'order.created').length === 1);
    await until('second copy', async () => arrived('ord_000002', 'order.created').length === 2);
    expect(arrived('ord_000003', 'order.created')).toHaveLength(0);
    const order = receiver.received.map((one) => one.body.data.order.id);
    expect(order.indexOf('ord_000004')).toBeGreaterThan(order.indexOf('ord_000005'));
  });

  it('pages by cursor and filters by time and number', async () => {
    const first = await shop.call('GET', '/api/v2/orders?limit=2');
    const second = await shop.call('GET', `/api/v2/orders?limit=50&cursor=${first.body.next_cursor}`);
    expect([first.body.data.length, second.body.data.length, second.body.next_cursor]).toEqual([2, 3, null]);
    expect((await shop.call('GET', '/api/v2/orders?number=N-100003')).body.data[0].id).toBe('ord_000003');
    const since = encodeURIComponent(second.body.data[2].updated_at);
    expect((await shop.call('GET', `/api/v2/orders?updated_since=${since}`)).body.data).toHaveLength(1);
    expect((await fetch(`${shop.url}/api/v2/orders`)).status).toBe(401);
    expect((await shop.call('GET', '/api/v2/orders/ord_9')).body.errors[0].code).toBe('not_found');
    expect((await shop.call('GET', '/api/v2/items?limit=200')).body.data).toHaveLength(120);
  });

  it('keeps the stock that it is told, by version, and tells what its clerks made of it', async () => {
    const { item_number: item } = (await shop.call('GET', '/api/v2/items?limit=1')).body.data[0];
    const put = (version: number, available: string) => shop.call('PUT', `/api/v2/items/${item}/stock`, { warehouse: 'DC-EAST', available, unit: 'each', version });
    expect([(await put(2, '120')).status, (await put(2, '120')).status, (await put(1, '90')).status, (await put(3, '110')).status]).toEqual([200, 200, 409, 200]);
    await shop.call('POST', '/_control/recount', { item, warehouse: 'DC-EAST', available: '111' });
    const { body: { data } } = await shop.call('GET', `/api/v2/stock?item_number=${item}&warehouse=DC-EAST`);
    expect(data).toMatchObject([{ item_number: item, warehouse: 'DC-EAST', available: '111', unit: 'each', version: 3 }]);
    expect((await shop.call('GET', `/api/v2/stock?updated_since=${encodeURIComponent(new Date(Date.parse(data[0].updated_at) + 1).toISOString())}`)).body.data).toEqual([]);
  });

  it('takes each fulfilment version once', async () => {
    const body = { reference: 'SHP1', version: 1, shipped_at: 'x', lines: [{ line_id: 'ord_000001-1', quantity: '10', unit: 'each' }] };
    const path = '/api/v2/orders/ord_000001/fulfilments';
    const answers = [await shop.call('POST', path, body), await shop.call('POST', path, body), await shop.call('POST', path, { ...body, shipped_at: 'y' }), await shop.call('POST', path, { ...body, version: 2 })];
    expect(answers.map((answer) => answer.status)).toEqual([201, 200, 409, 200]);
    expect((await shop.call('GET', path)).body.data).toHaveLength(1);
  });

  it('cancels what is accepted of a request, and raises the revision', async () => {
    await shop.call('POST', '/_control/request-cancel', { orderId: 'ord_000002', lines: [{ line_id: 'ord_000002-1', quantity: '4' }], reason: 'late' });
    const answer = await shop.call('POST', '/api/v2/orders/ord_000002/cancel_requests/ord_000002-x1/answer', { result: 'accepted', lines: null });
    expect(answer.body).toMatchObject({ revision: 2, status: 'open', lines: [{ quantity: '10', cancelled_quantity: '4' }] });
    const tooMuch = await shop.call('POST', '/api/v2/orders/ord_000002/cancellations', { reference: 'r', lines: [{ line_id: 'ord_000002-1', quantity: '7' }] });
    expect(tooMuch.status).toBe(422);
    const rest = await shop.call('POST', '/api/v2/orders/ord_000002/cancellations', { reference: 'r', lines: null });
    expect(rest.body.status).toBe('cancelled');
  });
});
