import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate, readScript } from '../generator/generate';
import { scenarioNames } from '../generator/story';
import { writeLandscapeFile, systemNames } from '../kit/landscape-file';
import { masterData } from '../master-data';
import { readActual, type ActualLedgers } from '../oracle/actual';
import { compareOracle } from '../oracle/compare';
import { expectAll } from '../oracle/expected';
import { startLandscapeForTest, testCredentials, type TestLandscape } from '../testing/in-process';
import { NaiveTower } from '../testing/naive-tower';
import { World } from './world';

const speed = 20_000;
const today = new Date().toISOString().slice(0, 10);

describe('landscape, world and oracle together', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'landscape-'));
  let landscape: TestLandscape;
  let actual: ActualLedgers;
  const expected = () => expectAll(readScript(stateDir), masterData('7', today).rates);

  beforeAll(async () => {
    landscape = await startLandscapeForTest({ speed, today });
    writeLandscapeFile(stateDir, {
      version: 1, seed: '7', speed, today, webhookBase: '', pid: process.pid,
      systems: systemNames.map((name) => ({ name, product: name, url: landscape.systems[name].url, port: 0, state: 'up', credentials: testCredentials[name] })),
    });
    for (const only of scenarioNames) await generate({ orders: 1, seed: `1-${only}`, rate: null, faults: false, only: [only], stateDir });
    const world = new World(landscape.doors, { stateDir, speed, journalPath: join(stateDir, 'world.jsonl') });
    const tower = new NaiveTower(landscape.systems, today);
    const end = Date.now() + 25_000;
    // Right, and still right some turns later: nothing that comes late may break it.
    let turnsRight = 0;
    do {
      await world.turn();
      await tower.turn();
      actual = await readActual(landscape.doors);
      turnsRight = compareOracle(expected(), actual).length === 0 ? turnsRight + 1 : 0;
    } while (turnsRight < 5 && Date.now() < end);
    world.close();
  }, 60_000);
  afterAll(() => landscape.close());

  it('every scenario ends with the ledgers that its script says', () => {
    expect(compareOracle(expected(), actual)).toEqual([]);
    expect(actual.invoices.length).toBeGreaterThan(20);
  });

  it('sees what is wrong: a doubled invoice, a cent of tax, a receipt or a credit not applied, goods sent twice or to nobody', () => {
    const [first, ...rest] = actual.invoices;
    if (first === undefined) throw new Error('no invoice');
    const doubled = compareOracle(expected(), { ...actual, invoices: [...actual.invoices, { ...first, Id: 'SI-x' }] });
    expect(new Set(doubled.map((row) => row.what))).toEqual(new Set(['line_net', 'line_quantity', 'posted_twice']));
    const lines = first.Lines.map((line, index) => (index === 0 ? { ...line, TaxAmount: (Number(line.TaxAmount) + 0.01).toFixed(2) } : line));
    expect(compareOracle(expected(), { ...actual, invoices: [{ ...first, Lines: lines }, ...rest] }).map((row) => row.what)).toEqual(['tax']);
    expect(compareOracle(expected(), { ...actual, applications: actual.applications.slice(1) }).map((row) => row.what)).toContain('receipts_applied');
    expect(compareOracle(expected(), { ...actual, applications: actual.applications.filter((row) => row.SourceType === 'Payment') }).map((row) => row.what)).toContain('credit_applied');
    expect(compareOracle(expected(), { ...actual, openItems: actual.openItems.map((item) => (item.DocumentType === 'CreditMemo' ? { ...item, RemainingAmount: '-0.01' } : item)) }).map((row) => row.what)).toContain('credit_open');
    const [payment, ...others] = actual.payments;
    expect(compareOracle(expected(), { ...actual, payments: payment ? [{ ...payment, RemainingAmount: '0.01' }, ...others] : [] })).toMatchObject([{ what: 'unapplied', expected: `${payment?.Amount}/0.00`, actual: `${payment?.Amount}/0.01` }]);
    const sent = actual.shipments.find((row) => row.lines.every((line) => line.qty > 0));
    if (sent === undefined) throw new Error('no shipment');
    const again = (salesOrderNo: (of: string) => string) => compareOracle(expected(), { ...actual, shipments: [...actual.shipments, { ...sent, lines: sent.lines.map((line) => ({ ...line, salesOrderNo: salesOrderNo(line.salesOrderNo) })) }] });
    expect(new Set(again((of) => of).map((row) => row.what))).toEqual(new Set(['shipped_twice']));
    expect(new Set(again(() => 'N-0').map((row) => row.what))).toEqual(new Set(['unexpected_shipment']));
    expect(compareOracle(expected(), { ...actual, shipments: actual.shipments.filter((row) => row !== sent) }).map((row) => row.what)).toContain('shipped_short');
  });
});
