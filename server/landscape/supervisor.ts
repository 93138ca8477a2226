import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { companyDay, masterData, writeCrossReference } from './master-data';
import { prepareLandscapeFile, stateDirectory, systemNames, writeLandscapeFile, type LandscapeFile, type LandscapeOptions, type SystemConnection } from './kit/landscape-file';

const readyWithinMs = 60_000;
const stopWithinMs = 8_000;

export function optionsFromEnvironment(environment: NodeJS.ProcessEnv): LandscapeOptions {
  const speed = Number(environment['LANDSCAPE_SPEED'] ?? 120);
  return {
    portBase: Number(environment['LANDSCAPE_PORT_BASE'] ?? 4101),
    seed: environment['LANDSCAPE_SEED'] ?? '7',
    speed: speed > 0 ? speed : 120,
    today: environment['LANDSCAPE_TODAY'] ?? companyDay(new Date()),
    only: systemNames.filter((name) => (environment['LANDSCAPE_ONLY'] ?? systemNames.join(',')).split(',').includes(name)),
    webhookBase: environment['TOWER_WEBHOOK_BASE'] ?? 'http://127.0.0.1:3000/api/webhooks',
    revive: environment['LANDSCAPE_REVIVE'] === '1',
  };
}

const portsFreeWithinMs = 6_000;

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

/** Before any file is touched: two landscapes on one state directory would write into each other's journals. */
async function requireFreePorts({ portBase, only }: LandscapeOptions): Promise<void> {
  const end = Date.now() + portsFreeWithinMs;
  for (const [index, name] of systemNames.entries()) {
    if (!only.includes(name)) continue;
    while (!(await isFree(portBase + index))) {
      if (Date.now() > end) throw new Error(`port ${portBase + index} (for ${name}) is in use: another landscape runs, or set LANDSCAPE_PORT_BASE`);
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}

interface Child {
  name: string;
  process: ChildProcess;
  ready: Promise<void>;
}

function start(name: string, file: string, environment: NodeJS.ProcessEnv): Child {
  const child = spawn(process.execPath, ['--import', './scripts/lib/typescript.mjs', fileURLToPath(new URL(file, import.meta.url))], {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = new Promise<void>((done, fail) => {
    const late = setTimeout(() => fail(new Error(`${name} was not ready within ${readyWithinMs / 1000} s`)), readyWithinMs);
    const settle = (work: () => void): void => {
      clearTimeout(late);
      work();
    };
    child.on('message', (message) => {
      if ((message as { type?: string }).type === 'ready') settle(done);
    });
    child.once('error', (error) => settle(() => fail(error)));
    child.once('exit', (code, signal) => settle(() => fail(new Error(`${name} ended before it was ready (${signal ?? `code ${code ?? '?'}`}); is its port in use?`))));
  });
  return { name, process: child, ready };
}

export interface RunningLandscape {
  file: LandscapeFile;
  close: () => Promise<void>;
}

/**
 * Starts the systems as child processes, and the world where all of them are there. A child that dies is reported; with `revive` it is
 * started again with what it had written down, as an operator would, else never.
 */
export async function superviseLandscape(options: LandscapeOptions, environment: NodeJS.ProcessEnv = process.env): Promise<RunningLandscape> {
  await requireFreePorts(options);
  const stateDir = stateDirectory();
  const file = prepareLandscapeFile(stateDir, options);
  writeCrossReference(stateDir, masterData(file.seed, file.today));
  let isStopping = false;
  const children = new Map<string, Child>();
  const note = (name: string, change: Partial<SystemConnection>): void => {
    Object.assign(file.systems.find((entry) => entry.name === name) ?? {}, change);
    writeLandscapeFile(stateDir, file);
  };
  const launch = (name: string, path: string): Child => {
    const child = start(name, path, environment);
    children.set(name, child);
    if (child.process.pid !== undefined) note(name, { state: 'up', pid: child.process.pid });
    child.process.once('exit', (code, signal) => {
      if (isStopping) return;
      if (options.revive) {
        launch(name, path).ready.catch((error: unknown) => process.stderr.write(`landscape: ${String(error)}\n`));
        return;
      }
      process.stderr.write(`landscape: ${name} died (${signal ?? `code ${code ?? '?'}`}) and is not restarted\n`);
      note(name, { state: 'dead' });
      process.send?.({ type: 'system_dead', name, code, signal });
    });
    return child;
  };
  const close = async (): Promise<void> => {
    isStopping = true;
    await Promise.all([...children.values()].map((child) => stopChild(child.process)));
  };
  try {
    await Promise.all(options.only.map((name) => launch(name, `./systems/${name}/main.ts`).ready));
    if (options.only.length === systemNames.length) await launch('world', './world/main.ts').ready;
  } catch (error) {
    await close();
    throw error;
  }
  return { file, close };
}

function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    child.once('exit', () => {
      clearTimeout(hard);
      done();
    });
    child.kill('SIGTERM');
  });
}
