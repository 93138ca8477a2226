import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareLandscapeFile, systemNames } from './kit/landscape-file';

let empty: string;
beforeAll(() => { empty = mkdtempSync(join(tmpdir(), 'ledgerline-none-')); });
afterAll(() => { rmSync(empty, { recursive: true }); });

const run = (program: string, stateDir: string, ...args: string[]) =>
  spawnSync(process.execPath, ['--import', './scripts/lib/typescript.mjs', join(import.meta.dirname, program), ...args], { env: { ...process.env, TOWER_STATE_DIR: stateDir }, encoding: 'utf8' });
/** A port that nobody listens on. */
const closedPort = (): Promise<number> => new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => { const { port } = probe.address() as { port: number }; probe.close(() => { done(port); }); });
});

describe('a program of the command line says in one sentence why it cannot', () => {
  test.each(['generate.ts', 'check-oracle.ts'])('%s where no landscape was ever started', (program) => {
    const { status, stderr, stdout } = run(program, empty);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^There are no simulated systems here .*npm start.*\n$/);
  });

  test.each(['generate.ts', 'check-oracle.ts'])('%s where it runs no more', async (program) => {
    const stateDir = mkdtempSync(join(tmpdir(), 'ledgerline-stopped-'));
    prepareLandscapeFile(stateDir, { portBase: await closedPort(), seed: '1', speed: 1, today: '2026-03-02', webhookBase: 'http://127.0.0.1:1', only: systemNames });
    const { status, stderr } = run(program, stateDir);
    rmSync(stateDir, { recursive: true });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^The simulated system at http:\/\/127\.0\.0\.1:\d+ does not answer: start the demo with npm start.*\n$/);
  });

  test.each([['--orders', 'abc'], ['--orders', '0'], ['--orders=-1', ''], ['--rate', '0']])('%s %s', (option, value) => {
    const { status, stderr } = run('generate.ts', empty, ...[option, value].filter((word) => word !== ''));
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^--(orders|rate) takes a number above zero, not .*\.\n$/)]);
  });

  test('help that nobody reads to its end, as head does', () => {
    const { status, stderr } = spawnSync('sh', ['-c', '"$0" --import ./scripts/lib/typescript.mjs "$1" --help | true', process.execPath, join(import.meta.dirname, 'generate.ts')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  test('a scenario that there is not', () => {
    expect(run('generate.ts', empty, '--only', 'fancy')).toMatchObject({ status: 2, stderr: 'There is no scenario "fancy": --help lists them.\n' });
  });
});
