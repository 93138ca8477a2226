import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dice } from '../../kit/dice';
import { connection, prepareLandscapeFile, systemNames } from '../../kit/landscape-file';
import { startForTest, type TestSystem } from '../../testing/in-process';
import { parseFilter } from './reading';

const today = new Date().toISOString().slice(0, 10);
const base = "/odata/v4/Company('US01')";

function invoice(reference: string, change: object = {}): object {
  return {
    ExternalDocumentNo: reference, CustomerNo: 'D10001', YourReference: '4711', PostingDate: today, CurrencyCode: 'USD', NetAmount: '258.32', ChargesAmount: '15.00', TaxAmount: '21.87', TotalAmount: '295.19',
    Lines: [
      { LineNo: 10000, Type: 'Item', No: '1000-001', Quantity: '10', UnitOfMeasure: 'PCS', UnitPrice: '12.500000', LineAmount: '125.00', TaxPercent: '8', TaxAmount: '10.00', SalesOrderNo: 'N-1', SalesOrderLine: 'l1' },
      { LineNo: 20000, Type: 'Item', No: '1010-001', Quantity: '4', UnitOfMeasure: 'PCS', UnitPrice: '33.330000', LineAmount: '133.32', TaxPercent: '8', TaxAmount: '10.67', SalesOrderNo: 'N-1', SalesOrderLine: 'l2' },
      { LineNo: 30000, Type: 'Charge', No: 'CH-FREIGHT', Quantity: '1', UnitOfMeasure: null, UnitPrice: '15.00', LineAmount: '15.00', TaxPercent: '8', TaxAmount: '1.20', SalesOrderNo: 'N-1', SalesOrderLine: 'c1' },
    ],
    ...change,
  };
}

function oneLine(reference: string, amount: string, change: object = {}): object {
  return {
    ExternalDocumentNo: reference, CustomerNo: 'D10002', PostingDate: today, YourReference: 'x', CurrencyCode: 'USD', NetAmount: amount, ChargesAmount: '0.00', TaxAmount: '0.00', TotalAmount: amount,
    Lines: [{ LineNo: 10000, Type: 'Item', No: '1000-001', Quantity: '1', UnitOfMeasure: 'PCS', UnitPrice: amount, LineAmount: amount, TaxPercent: '0', TaxAmount: '0.00' }], ...change,
  };
}

describe('erp', () => {
  let erp: TestSystem;
  beforeAll(async () => {
    erp = await startForTest('erp');
  });
  afterAll(() => erp.close());
  const post = (path: string, body: unknown) => erp.call('POST', `${base}/${path}`, body);

  it('posts directly, reads back by reference, and posts twice when asked twice', async () => {
    const first = await post('SalesInvoices/CreateAndPost', invoice('ref-1'));
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ No: '103001', Status: 'Posted', RemainingAmount: '295.19' });
    const second = await post('SalesInvoices/CreateAndPost', invoice('ref-1'));
    expect(second.body.No).toBe('103002');
    const found = await erp.call('GET', `${base}/SalesInvoices?$filter=${encodeURIComponent("ExternalDocumentNo eq 'ref-1' and Status eq 'Posted'")}`);
    expect(found.body.value.map((row: { No: string }) => row.No)).toEqual(['103001', '103002']);
    const customer = await erp.call('GET', `${base}/Customers('D10001')`);
    expect(customer.body.Balance).toBe('590.38');
  });

  it('makes a draft first when asked, and a refused posting takes no number', async () => {
    const draft = await post('SalesInvoices', invoice('ref-2', { TotalAmount: '295.18' }));
    expect(draft.body).toMatchObject({ Status: 'Draft', No: null });
    const refused = await post(`SalesInvoices('${draft.body.Id}')/Post`, {});
    expect(refused.status).toBe(400);
    expect(refused.body.error.code).toBe('TotalMismatch');
    expect((await erp.call('DELETE', `${base}/SalesInvoices('${draft.body.Id}')`)).status).toBe(204);
    expect((await post('SalesInvoices/CreateAndPost', invoice('ref-3'))).body.No).toBe('103003');
  });

  it.each([
    ['CustomerNotFound', { CustomerNo: 'D9' }, 400], ['CurrencyNotAllowed', { CurrencyCode: 'EUR' }, 400], ['PeriodClosed', { PostingDate: '2020-01-01' }, 422],
    ['TaxMismatch', { TaxAmount: '21.86', TotalAmount: '295.18' }, 400], ['BadRequest', { Lines: [] }, 400],
  ])('refuses with %s', async (code, change, status) => {
    const answer = await post('SalesInvoices/CreateAndPost', invoice('bad', change));
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('refuses a blocked customer', async () => {
    await erp.call('POST', '/_control/set-customer', { no: 'D10003', fields: { Blocked: 'All' } });
    expect((await post('SalesInvoices/CreateAndPost', invoice('b', { CustomerNo: 'D10003' }))).body.error.code).toBe('CustomerBlocked');
  });

  it('pages with nextLink and demands a token', async () => {
    const first = await erp.call('GET', `${base}/Items?$top=100`);
    expect(first.body['@odata.count']).toBe(120);
    const next = new URL(first.body['@odata.nextLink']);
    const second = await erp.call('GET', next.pathname + next.search);
    expect(second.body.value).toHaveLength(20);
    expect(second.body['@odata.nextLink']).toBeUndefined();
    expect((await fetch(`${erp.url}${base}/Items`)).status).toBe(401);
  });

  it('commits and cuts the line when told so', async () => {
    await erp.call('POST', '/_faults', { match: { method: 'POST', path: '/CreateAndPost' }, kind: 'commit_then_timeout' });
    await expect(post('SalesInvoices/CreateAndPost', oneLine('lost-1', '7.00'))).rejects.toThrow();
    const found = await erp.call('GET', `${base}/SalesInvoices?$filter=ExternalDocumentNo eq 'lost-1'`);
    expect(found.body.value).toHaveLength(1);
    await erp.call('POST', '/_faults', [{ kind: 'rate_limit', ms: 1500 }, { kind: 'refuse' }, { kind: 'error' }]);
    const [limited, refused, failed] = [await post('Applications', {}), await post('Applications', {}), await post('Applications', {})];
    expect([limited.status, limited.headers.get('retry-after'), refused.body.error.code, failed.status]).toEqual([429, '2', 'Refused', 500]);
  });

  it('a debit memo is owed by itself, for an invoice of the same customer and above nothing, and gives credits room', async () => {
    const sold = (await post('SalesInvoices/CreateAndPost', oneLine('dm-sale', '100.00'))).body.No as string;
    const debit = (amount: string, change: object = {}) => post('SalesDebitMemos/CreateAndPost', oneLine('dm-1', amount, { AppliesToInvoiceNo: sold, ReasonCode: 'PRICE', DueDate: '2027-01-31', ...change }));
    expect((await debit('12.50', { AppliesToInvoiceNo: null })).body.error).toMatchObject({ code: 'BadRequest', target: 'AppliesToInvoiceNo' });
    expect((await debit('-12.50')).body.error.code).toBe('AmountNotAllowed');
    expect((await debit('0.00')).body.error.code).toBe('AmountNotAllowed');
    expect((await debit('12.50', { CustomerNo: 'D10001' })).body.error.code).toBe('CustomerMismatch');
    const made = await debit('12.50');
    expect([made.status, made.body]).toMatchObject([201, { No: '703001', Status: 'Posted', RemainingAmount: '12.50', DueDate: '2027-01-31' }]);
    const item = (await erp.call('GET', `${base}/OpenItems?$filter=${encodeURIComponent("DocumentNo eq '703001'")}`)).body.value[0];
    expect(item).toMatchObject({ DocumentType: 'DebitMemo', Amount: '12.50', Open: true });
    const entries = (await erp.call('GET', `${base}/GeneralLedgerEntries?$filter=${encodeURIComponent("DocumentNo eq '703001'")}`)).body.value as { AccountNo: string; Debit: string; Credit: string }[];
    expect(entries.filter(({ Debit, Credit }) => Debit !== Credit).map(({ AccountNo, Debit, Credit }) => [AccountNo, Debit, Credit])).toEqual([['1200', '12.50', '0.00'], ['4000', '0.00', '12.50']]);
    expect((await erp.call('GET', '/_documents?type=salesDebitMemos')).body.documents.salesDebitMemos).toMatchObject([{ No: '703001', AppliesToInvoiceNo: sold }]);
    const credit = (reference: string, amount: string) => post('SalesCreditMemos/CreateAndPost', oneLine(reference, amount, { AppliesToInvoiceNo: sold, ReasonCode: 'RETURN' }));
    expect((await credit('dm-c', '112.51')).body.error.code).toBe('AmountNotAllowed');
    expect((await credit('dm-c', '-1.00')).body.error.code).toBe('AmountNotAllowed');
    const whole = await credit('dm-c', '112.50');
    const apply = (no: string, amount: string) => post('Applications', { ExternalDocumentNo: `dm-${no}`, SourceType: 'CreditMemo', SourceNo: whole.body.No, InvoiceNo: no, Amount: amount, PostingDate: today });
    expect((await apply('703001', '12.51')).body.error.code).toBe('AppliedAmountTooHigh');
    expect([(await apply(sold, '100.00')).status, (await apply('703001', '12.50')).status]).toEqual([201, 201]);
    expect((await erp.call('GET', `${base}/SalesDebitMemos('${made.body.Id}')`)).body.RemainingAmount).toBe('0.00');
  });

  it('balances after random posting, and its control account equals its open items', async () => {
    const dice = new Dice('erp');
    for (let index = 0; index < 60; index += 1) {
      const amount = (dice.between(1, 99999) / 100).toFixed(2);
      const reference = `random-${index}`;
      const sold = await post('SalesInvoices/CreateAndPost', oneLine(reference, amount));
      expect(sold.status).toBe(201);
      if (dice.chance(0.5)) {
        const paid = await post('CustomerPayments', { ExternalDocumentNo: reference, CustomerNo: 'D10002', PostingDate: today, Amount: amount, CurrencyCode: 'USD', PaymentMethodCode: dice.pick(['BANK', 'CARD']) });
        const applied = await post('Applications', { ExternalDocumentNo: reference, SourceType: 'Payment', SourceNo: paid.body.No, InvoiceNo: sold.body.No, Amount: amount, PostingDate: today });
        expect(applied.status).toBe(201);
        expect((await post('Applications', { ExternalDocumentNo: reference, SourceType: 'Payment', SourceNo: paid.body.No, InvoiceNo: sold.body.No, Amount: '0.01', PostingDate: today })).body.error.code).toBe('AppliedAmountTooHigh');
      } else if (dice.chance(0.5)) {
        const credit = await post('SalesCreditMemos/CreateAndPost', oneLine(`c-${reference}`, amount, { AppliesToInvoiceNo: sold.body.No, ReasonCode: 'RETURN' }));
        expect(credit.status).toBe(201);
        await post('CustomerRefunds', { ExternalDocumentNo: reference, SourceType: 'CreditMemo', SourceNo: credit.body.No, Amount: amount, CurrencyCode: 'USD', PostingDate: today, PaymentMethodCode: 'BANK' });
      } else if (dice.chance(0.5)) {
        await post('WriteOffs', { ExternalDocumentNo: reference, InvoiceNo: sold.body.No, Amount: '0.01', PostingDate: today });
      } else {
        expect((await post(`SalesInvoices('${sold.body.Id}')/Cancel`, { PostingDate: today, ExternalDocumentNo: `x-${reference}` })).status).toBe(201);
      }
    }
    const ledger = await erp.call('GET', '/_ledger');
    expect(ledger.body.totals).toEqual({ USD: '0.00' });
    const receivable = ledger.body.entries.filter((row: { account: string }) => row.account === '1200').reduce((sum: number, row: { amount: string }) => sum + Math.round(Number(row.amount) * 100), 0);
    const documents = await erp.call('GET', '/_documents?type=openItems');
    const open = documents.body.documents.openItems.reduce((sum: number, row: { RemainingAmount: string }) => sum + Math.round(Number(row.RemainingAmount) * 100), 0);
    expect(open).toBe(receivable);
  });
});

describe('erp as a process', () => {
  it('loses nothing acknowledged when killed', { timeout: 30_000 }, async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'landscape-'));
    const landscape = prepareLandscapeFile(stateDir, { portBase: 20_000 + Math.floor(Math.random() * 20_000), seed: '7', speed: 120, today, webhookBase: 'http://127.0.0.1:9/x', only: systemNames });
    const { url, credentials } = connection(landscape, 'erp');
    const launch = async () => {
      const child = spawn(process.execPath, ['--import', './scripts/lib/typescript.mjs', fileURLToPath(new URL('./main.ts', import.meta.url))], { env: { ...process.env, TOWER_STATE_DIR: stateDir }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      await new Promise((done) => child.once('message', done));
      return child;
    };
    const token = async (): Promise<string> => {
      if (credentials.type !== 'oauth') throw new Error('unexpected');
      const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: credentials.clientId, client_secret: credentials.clientSecret });
      return ((await (await fetch(url + credentials.tokenPath, { method: 'POST', body: form })).json()) as { access_token: string }).access_token;
    };
    const child = await launch();
    const authorization = `Bearer ${await token()}`;
    for (let index = 0; index < 5; index += 1) {
      const answer = await fetch(`${url}${base}/SalesInvoices/CreateAndPost`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(oneLine(`k-${index}`, '10.00')) });
      expect(answer.status).toBe(201);
    }
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
    const again = await launch();
    const ledger = (await (await fetch(`${url}/_documents?type=salesInvoices`)).json()) as { documents: { salesInvoices: { No: string }[] } };
    expect(ledger.documents.salesInvoices.map((row) => row.No)).toEqual(['103001', '103002', '103003', '103004', '103005']);
    again.disconnect();
    await new Promise((done) => again.once('exit', done));
  });
});

describe('erp filters', () => {
  it.each([
    ["Name eq 'Smith and Sons' and No ne", null], ["Name eq 'Smith and Sons' and Amount gt 5", true], ["Name eq 'O''Hara'", false], ['Gone eq null', true], ['Amount le 9.99', false], ["Amount ge '10.0'", true],
  ])('%s', (filter, wanted) => {
    const row = { Name: 'Smith and Sons', Amount: '10.00', Gone: null };
    if (wanted === null) expect(() => parseFilter(filter)).toThrow();
    else expect(parseFilter(filter)(row)).toBe(wanted);
  });
});
