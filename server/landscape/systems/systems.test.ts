import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startForTest, startLandscapeForTest, until, type TestLandscape } from '../testing/in-process';
import { startReceiver } from '../testing/webhook-receiver';

describe('the smaller systems', () => {
  let landscape: TestLandscape;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  beforeAll(async () => {
    receiver = await startReceiver();
    landscape = await startLandscapeForTest({ webhookBase: receiver.base, today: '2026-11-23' });
  });
  afterAll(async () => {
    await landscape.close();
    await receiver.close();
  });

  const taxRequest = (code: string, change: object = {}): object => ({
    companyCode: 'HARTLINE', code, type: 'SalesInvoice', date: '2026-11-23', customerCode: 'D10001', currencyCode: 'USD', shipTo: { country: 'US', region: 'OH' },
    lines: [{ number: '1', taxCode: 'P0000000', quantity: 10, amount: 125 }, { number: '2', taxCode: 'P0000000', quantity: 4, amount: 133.32 }, { number: 'F', taxCode: 'FR020100', quantity: 1, amount: 15 }], ...change,
  });

  it('tax: S01 to the cent; idempotent by code; committed cannot change; voided is final', async () => {
    const { tax } = landscape.systems;
    const path = '/api/v1/transactions';
    expect((await tax.call('POST', `${path}/estimate`, taxRequest('e', { type: 'SalesOrder' }))).body.totalTax).toBe(21.87);
    const saved = await tax.call('POST', path, taxRequest('US01:BU-1:1'));
    expect([saved.status, saved.body.status, saved.body.totalTax]).toEqual([201, 'Saved', 21.87]);
    expect((await tax.call('POST', path, taxRequest('US01:BU-1:1'))).status).toBe(200);
    expect((await tax.call('POST', `${path}/US01%3ABU-1%3A1/commit`, { companyCode: 'HARTLINE' })).body.status).toBe('Committed');
    expect((await tax.call('POST', path, taxRequest('US01:BU-1:1', { date: '2026-11-24' }))).body.error.code).toBe('DocumentCommitted');
    expect((await tax.call('POST', `${path}/US01:BU-1:1/void`, { companyCode: 'HARTLINE', reason: 'PostFailed' })).body.status).toBe('Voided');
    expect((await tax.call('POST', path, taxRequest('x', { shipTo: { country: 'US', region: 'ZZ' } }))).body.error.code).toBe('JurisdictionNotFound');
    expect((await tax.call('GET', `${path}?$top=1`)).body.recordsetCount).toBe(1);
  });

  it('tax: dated rates, returns at the old date, exemption by certificate', async () => {
    const { tax } = landscape.systems;
    const minnesota = (taxDate: string | null, code: string) =>
      tax.call('POST', '/api/v1/transactions', taxRequest(code, { type: 'ReturnInvoice', taxDate, shipTo: { country: 'US', region: 'MN' }, lines: [{ number: '1', taxCode: 'P0000000', quantity: -1, amount: -100 }] }));
    expect((await minnesota('2026-11-22', 'r1')).body.totalTax).toBe(-6.88);
    expect((await minnesota(null, 'r2')).body.totalTax).toBe(-7.38);
    const certificate = (await tax.call('GET', '/api/v1/certificates?customerCode=D10006')).body.value[0];
    const exempt = await tax.call('POST', '/api/v1/transactions', taxRequest('r3', { customerCode: 'D10006', shipTo: { country: 'US', region: certificate.region } }));
    expect([exempt.body.totalTax, exempt.body.totalExempt]).toEqual([0, 273.32]);
  });

  it('tax: part returns state what they take back, and add up to the tax of the sale', async () => {
    const { tax } = landscape.systems;
    const part = async (code: string, taxAmount: number | null) =>
      (await tax.call('POST', '/api/v1/transactions', taxRequest(code, { type: 'ReturnInvoice', originalCode: 'sale', taxDate: '2026-11-22', lines: [{ number: '1', taxCode: 'P0000000', quantity: -1, amount: -0.21, taxAmount }] }))).body;
    // 3 × 0.21 at 8 % is 0.05; each third by itself would be 0.02
    expect([(await part('p1', null)).totalTax, (await part('p2', -0.02)).totalTax, (await part('p3', -0.01)).totalTax]).toEqual([-0.02, -0.02, -0.01]);
    expect((await part('p4', -0.05)).error.code).toBe('AmountNotAllowed');
  });

  it('payments: captures once per key, never above the authorisation; refunds; signed webhooks', async () => {
    const { payments } = landscape.systems;
    const { id } = (await payments.call('POST', '/_control/authorise', { authorisation: { amount: 106000, currency: 'usd', order_reference: 'N-1', customer_reference: 'C-1' } })).body;
    const capture = (key: string, amount: number) => payments.call('POST', `/v1/authorisations/${id}/captures`, { amount, reference: key }, { 'idempotency-key': key });
    await payments.call('POST', '/_faults', { match: { path: '/captures' }, kind: 'commit_then_timeout' });
    await expect(capture('k1', 26500)).rejects.toThrow();
    const again = await capture('k1', 26500);
    expect([again.status, again.headers.get('idempotent-replayed'), again.body.amount]).toEqual([201, 'true', 26500]);
    expect((await capture('k1', 1)).body.error.code).toBe('key_reused');
    expect((await capture('k2', 79501)).body.error.code).toBe('amount_too_large');
    expect((await capture('k3', 79500)).status).toBe(201);
    expect((await payments.call('GET', `/v1/authorisations/${id}`)).body).toMatchObject({ amount_captured: 106000, status: 'captured' });
    const refund = await payments.call('POST', `/v1/captures/${again.body.id}/refunds`, { amount: 500, reference: 'r' }, { 'idempotency-key': 'k4' });
    expect(refund.body).toMatchObject({ object: 'refund', amount: 500 });
    expect((await payments.call('GET', '/v1/captures?limit=1')).body).toMatchObject({ has_more: true });
    const hook = await until('webhook', async () => receiver.received.find((one) => one.body.type === 'capture.succeeded'));
    const [, seconds, mac] = /^t=(\d+),v1=(\w+)$/.exec(String(hook.headers['cardwright-signature'])) ?? [];
    expect(mac).toBe(createHmac('sha256', 'whs_test').update(`${seconds}.${hook.rawBody}`).digest('hex'));
  });

  it('payments: bank receipts by sequence', async () => {
    const { payments } = landscape.systems;
    const receipt = { booked_on: '2026-11-24', value_on: '2026-11-24', amount: 29519, currency: 'usd', payer: { name: 'A', account_tail: '1', debtor_reference: 'D10001' }, method: 'ach', text: 'INV 1', remittance: [], reversal_of: null };
    for (const actionId of ['a', 'a', 'b']) await payments.call('POST', '/_control/bank-receipt', { actionId, receipt });
    const feed = (await payments.call('GET', '/v1/bank/receipts?after=1')).body;
    expect([feed.receipts.length, feed.receipts[0].id, feed.last_seq, feed.more]).toEqual([1, 'BKR-000002', 2, false]);
  });

  it('carrier: signed requests, Link paging, events to delivery', async () => {
    const { carrier } = landscape.systems;
    for (const number of [1, 2, 3]) {
      await carrier.call('POST', '/_control/announce', { parcel: { trackingNumber: `PW${number}`, shipperReference: `SHP${number}`, weightGrams: 1200, consignee: { name: 'A', city: 'B', region: 'OH', country: 'US' } } });
    }
    const page = await carrier.call('GET', '/v2/trackings?page=1&perPage=2');
    expect([page.body.length, page.headers.get('x-total-count')]).toEqual([2, '3']);
    expect(page.headers.get('link')).toMatch(/page=2.*rel="next"/);
    const done = await until('delivery', async () => {
      const { body } = await carrier.call('GET', '/v2/trackings/PW1');
      return body.status === 'DL' ? body : null;
    });
    expect([done.receivedBy, done.events.map((event: { code: string }) => event.code)]).toEqual(['J. Miller', ['AN', 'PU', 'IT', 'DL']]);
    const hook = await until('webhook', async () => receiver.received.find((one) => one.body.code === 'DL'));
    const mac = createHmac('sha256', 'whs_test').update(`${String(hook.headers['x-pw-timestamp'])}\n${hook.rawBody}`).digest('base64');
    expect(hook.headers['x-pw-webhook-signature']).toBe(`sha256=${mac}`);
    const unsigned = await fetch(`${carrier.url}/v2/trackings/PW1`);
    expect([unsigned.status, unsigned.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
  });

  it('crm: offset paging and messages once per external id', async () => {
    const { crm } = landscape.systems;
    const accounts = (await crm.call('GET', '/data/v60/Accounts?offset=30&limit=20')).body;
    expect([accounts.totalSize, accounts.done, accounts.records.length]).toEqual([40, true, 10]);
    const path = '/data/v60/Messages/ExternalId/notify%3ASHP1';
    const message = { AccountNumber: 'C-1001', Template: 'SHIPMENT_NOTICE', Subject: 'On its way', RelatedTo: 'N-1' };
    const statuses = [await crm.call('PUT', path, message), await crm.call('PUT', path, message), await crm.call('PUT', path, { ...message, Subject: 'x' })].map((answer) => answer.status);
    expect(statuses).toEqual([201, 200, 409]);
    await until('delivery', async () => (await crm.call('GET', path)).body.Status === 'Delivered');
  });

  it('reset brings master data and counters back', async () => {
    const crm = await startForTest('crm');
    await crm.call('PUT', '/data/v60/Messages/ExternalId/a', { AccountNumber: 'C-1001', Template: 'GENERIC', Subject: 's' });
    expect((await crm.call('POST', '/_reset')).status).toBe(204);
    expect((await crm.call('GET', '/_ledger')).body.entries).toEqual([]);
    expect((await crm.call('GET', '/data/v60/Accounts')).body.totalSize).toBe(40);
    await crm.close();
  });

  it('malformed answers are cut, down cuts before the work', async () => {
    const { crm } = landscape.systems;
    await crm.call('POST', '/_faults', [{ match: { path: '/Accounts' }, kind: 'malformed' }, { match: { path: '/Contacts' }, kind: 'down' }]);
    expect(typeof (await crm.call('GET', '/data/v60/Accounts')).body).toBe('string');
    await expect(crm.call('GET', '/data/v60/Contacts')).rejects.toThrow();
    expect((await crm.call('GET', '/data/v60/Contacts')).status).toBe(200);
  });
});
