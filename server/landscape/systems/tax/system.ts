import Decimal from 'decimal.js';
import { z } from 'zod';
import { basicAuth, parseBody } from '../../kit/auth';
import { created, ok, route, type Call, type LedgerEntry, type Route } from '../../kit/http';
import { clampLimit, clampOffset, offsetPage } from '../../kit/paging';
import type { SystemContext, SystemDefinition } from '../../kit/system';
import { addDays, masterData } from '../../master-data';
import { taxCategories } from '../../master-data-tables';
import { TaxRegister, type Certificate, type Transaction } from './transactions';

const company = z.looseObject({ companyCode: z.string().min(1) });
const voiding = z.object({ companyCode: z.string().min(1), reason: z.enum(['DocDeleted', 'PostFailed']) });
const descriptions: Record<string, string> = {
  P0000000: 'Tangible goods', FR020100: 'Freight, taxed where the state does', FR000000: 'Freight, never taxed', OH010000: 'Handling', NT: 'Not taxable',
};

function shown(transaction: Transaction): object {
  return { ...transaction, content: undefined, region: undefined };
}

function routes(register: TaxRegister): Route[] {
  const companyOf = (call: Call): string => parseBody(company, call.body, 'Malformed').companyCode;
  return [
    route('POST', '/api/v1/transactions/estimate', (call) => ok(shown(register.estimate(call.body)))),
    route('POST', '/api/v1/transactions', (call) => {
      const { isNew, transaction } = register.store(call.body);
      return isNew ? created(shown(transaction)) : ok(shown(transaction));
    }),
    route('POST', '/api/v1/transactions/:code/commit', (call, param) => ok(shown(register.setStatus(register.find(companyOf(call), param('code')), 'Committed')))),
    route('POST', '/api/v1/transactions/:code/void', (call, param) => {
      const body = parseBody(voiding, call.body, 'Malformed');
      return ok(shown(register.setStatus(register.find(body.companyCode, param('code')), 'Voided')));
    }),
    route('GET', '/api/v1/transactions/:code', (call, param) => ok(shown(register.find(call.query.get('companyCode') ?? '', param('code'))))),
    route('GET', '/api/v1/transactions', (call) => {
      const since = call.query.get('modifiedSince') ?? '';
      const status = call.query.get('status');
      const rows = register.transactions.all().filter((row) => row.modifiedAt >= since && (status ?? row.status) === row.status);
      const page = offsetPage(rows, clampOffset(call.query.get('$skip')), clampLimit(call.query.get('$top'), 50, 200));
      return ok({ value: page.rows.map(shown), recordsetCount: page.total, nextSkip: page.nextOffset });
    }),
    route('GET', '/api/v1/rates', (call) => {
      const { query } = call;
      const date = query.get('date');
      const rows = register.rates.all().filter((row) =>
        (query.get('region') ?? row.region) === row.region && (query.get('taxCode') ?? row.taxCode) === row.taxCode &&
        (date === null || (row.validFrom <= date && (row.validTo === null || date <= row.validTo))));
      return ok({
        value: rows.map(({ region, taxCode, percent, validFrom, validTo }) => ({ jurisdiction: `US-${region}`, region, taxCode, rate: new Decimal(percent).div(100).toNumber(), validFrom, validTo })),
      });
    }),
    route('GET', '/api/v1/certificates', (call) =>
      ok({ value: register.certificates.all().filter((row) => (call.query.get('customerCode') ?? row.customerCode) === row.customerCode && (call.query.get('region') ?? row.region) === row.region) })),
    route('GET', '/api/v1/taxcodes', () => ok({ value: taxCategories.map(([, taxCode]) => ({ taxCode, description: descriptions[taxCode] ?? taxCode })) })),
  ];
}

/** Committed and merely saved tax; voided transactions are gone from it. */
function ledger(register: TaxRegister): LedgerEntry[] {
  return register.transactions.all().filter((row) => row.status !== 'Voided').map((row) => ({
    entry: String(row.id), account: row.status === 'Committed' ? 'tax_committed' : 'tax_saved', document: row.code, kind: row.type, orderNumber: null, line: null, quantity: null,
    amount: row.totalTax.toFixed(2), currency: row.currencyCode, date: row.taxDate, reference: row.originalCode,
  }));
}

export function defineTax(context: SystemContext): SystemDefinition {
  const register = new TaxRegister(context);
  return {
    routes: routes(register),
    authenticate: basicAuth(context.settings.credentials),
    errorBody: (_, code, message, target) => ({ body: { error: { code, message, target } } }),
    codes: { unauthorized: 'Unauthorized', notFound: 'TransactionNotFound', malformed: 'Malformed', internal: 'ServerError', rateLimited: 'RateLimited', refused: 'Refused' },
    control: {
      'set-rate': (body) => {
        const rate = body['rate'] as { region: string; taxCode: string; percent: string; validFrom: string };
        for (const row of register.rates.all()) {
          if (row.region === rate.region && row.taxCode === rate.taxCode && row.validTo === null) register.rates.put(row.id, { ...row, validTo: addDays(rate.validFrom, -1) });
        }
        const id = `${rate.region}|${rate.taxCode}|${rate.validFrom}`;
        return register.rates.put(id, { ...rate, id, validTo: null });
      },
      'set-certificate': (body) => {
        const certificate = body['certificate'] as Certificate;
        return register.certificates.put(certificate.id, certificate);
      },
    },
    ledger: () => ledger(register),
    seedMasterData: () => {
      const data = masterData(context.settings.seed, context.settings.today);
      for (const rate of data.rates) {
        const id = `${rate.region}|${rate.taxCode}|${rate.validFrom}`;
        register.rates.put(id, { ...rate, id });
      }
      for (const customer of data.customers) {
        if (customer.exemptionNo === null) continue;
        const id = context.store.nextId('CERT-', 4);
        register.certificates.put(id, {
          id, customerCode: customer.tax, region: customer.shipTos[0]?.region ?? '', exemptionNo: customer.exemptionNo, validFrom: addDays(data.baseDate, -400), validTo: addDays(data.baseDate, 400),
        });
      }
    },
  };
}
