import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from './auth';
import { Foreseen } from './foreseen';

export const systemNames = ['shop', 'wms', 'carrier', 'tax', 'payments', 'crm', 'erp'] as const;
export type SystemName = (typeof systemNames)[number];

const products: Record<SystemName, string> = {
  shop: 'Northgate Commerce', wms: 'StackRight WMS', carrier: 'Parcelway', tax: 'Levypoint', payments: 'Cardwright', crm: 'Kindred CRM', erp: 'Meridian Finance',
};

export interface SystemConnection {
  name: SystemName;
  product: string;
  url: string;
  port: number;
  state: 'up' | 'dead';
  /** Of its process, once it runs. */
  pid?: number;
  credentials: Credentials;
  webhookSecret?: string;
}

/** `$TOWER_STATE_DIR/landscape.json`: where the systems are and how to sign in to them. */
export interface LandscapeFile {
  version: 1;
  seed: string;
  speed: number;
  today: string;
  webhookBase: string;
  pid: number;
  systems: SystemConnection[];
}

export function stateDirectory(): string {
  return process.env['TOWER_STATE_DIR'] ?? '.tower';
}

function pathIn(stateDir: string): string {
  return join(stateDir, 'landscape.json');
}

/** Throws `Foreseen` where no landscape was ever started on this directory. */
export function readLandscapeFile(stateDir: string): LandscapeFile {
  if (!existsSync(pathIn(stateDir))) throw new Foreseen(`There are no simulated systems here (no ${pathIn(stateDir)}): start the demo with npm start, or say with TOWER_STATE_DIR where it keeps its state.`);
  return JSON.parse(readFileSync(pathIn(stateDir), 'utf8')) as LandscapeFile;
}

/** Atomic, mode 0600: it holds secrets. */
export function writeLandscapeFile(stateDir: string, landscape: LandscapeFile): void {
  mkdirSync(stateDir, { recursive: true });
  const temporary = `${pathIn(stateDir)}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(landscape, null, 1)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, pathIn(stateDir));
}

export function connection(landscape: LandscapeFile, name: string): SystemConnection {
  const system = landscape.systems.find((entry) => entry.name === name);
  if (system === undefined) throw new Error(`landscape.json names no system "${name}"`);
  return system;
}

const secret = (prefix: string): string => `${prefix}${randomBytes(20).toString('hex')}`;

function newCredentials(name: SystemName): Credentials {
  switch (name) {
    case 'shop': return { type: 'bearer', apiKey: secret('ngk_') };
    case 'payments': return { type: 'bearer', apiKey: secret('sk_') };
    case 'wms': return { type: 'basic', username: 'tower', password: secret('') };
    case 'tax': return { type: 'basic', username: '2000123456', password: secret('') };
    case 'carrier': return { type: 'hmac', keyId: secret('pwk_').slice(0, 16), secret: secret('') };
    case 'crm': return { type: 'oauth', clientId: 'ledgerline', clientSecret: secret(''), tokenPath: '/oauth/token' };
    case 'erp': return { type: 'oauth', clientId: 'ledgerline', clientSecret: secret(''), tokenPath: '/oauth2/token' };
  }
}

export interface LandscapeOptions {
  portBase: number;
  seed: string;
  speed: number;
  today: string;
  webhookBase: string;
  /** Those that are started: the others' places are taken by systems that nobody here wrote. */
  only: readonly SystemName[];
  /** Whether one that dies is started again; usually not. */
  revive?: boolean;
}

/** Credentials and the master-data day of an earlier start are kept: journals were written under them. */
export function prepareLandscapeFile(stateDir: string, options: LandscapeOptions): LandscapeFile {
  let before: LandscapeFile | null = null;
  try {
    before = readLandscapeFile(stateDir);
  } catch {
    before = null;
  }
  const isKept = before?.seed === options.seed;
  const landscape: LandscapeFile = {
    version: 1, seed: options.seed, speed: options.speed, today: isKept && before !== null ? before.today : options.today, webhookBase: options.webhookBase, pid: process.pid,
    systems: systemNames.flatMap((name, index) => {
      if (!options.only.includes(name)) return [];
      const known = before?.systems.find((entry) => entry.name === name);
      const port = options.portBase + index;
      const hasWebhooks = name === 'shop' || name === 'carrier' || name === 'payments';
      const connection: SystemConnection = {
        name, product: products[name], url: `http://127.0.0.1:${port}`, port, state: 'up', credentials: known?.credentials ?? newCredentials(name),
        ...(hasWebhooks ? { webhookSecret: known?.webhookSecret ?? secret(`whs_`) } : {}),
      };
      return [connection];
    }),
  };
  writeLandscapeFile(stateDir, landscape);
  return landscape;
}
