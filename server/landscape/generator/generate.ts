import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InnerDoors } from '../kit/client';
import { Dice } from '../kit/dice';
import { readLandscapeFile, stateDirectory } from '../kit/landscape-file';
import { masterData } from '../master-data';
import { applyFaultProfile } from './fault-profile';
import type { OrderIdentity } from './order-draft';
import { tellNext, type StoryContext } from './stories';
import { scenarioNames, type ScenarioName, type ScriptLine, type Story } from './story';

export interface GenerateOptions {
  orders: number;
  seed: string;
  /** Orders per minute; null = as fast as possible. */
  rate: number | null;
  /** The faults that people meet, at small probabilities, in every system. */
  faults: boolean;
  /** False = some stories wait for a person (over-shipment, price change, unknown unit, duplicate). Default true. */
  unattended?: boolean;
  /** Only these scenarios, in turn. */
  only?: readonly ScenarioName[];
  /** Every story once before the mix begins: few orders then leave none out. */
  everyStory?: boolean;
  /** How long a system that does not answer is asked again before this gives up; default 0. */
  patienceMs?: number;
  stateDir?: string;
  signal?: AbortSignal;
  onOrder?: (line: ScriptLine) => void;
}

export function scriptPath(stateDir: string): string {
  return join(stateDir, 'landscape', 'script.jsonl');
}

export function readScript(stateDir: string): ScriptLine[] {
  const path = scriptPath(stateDir);
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  // A line still being written has no end yet.
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as ScriptLine);
}

function scriptLine(story: Story): ScriptLine {
  const { order } = story;
  return {
    orderId: order.id, orderNumber: order.number, customerCode: order.customer.code, erpCustomer: story.erpCustomer, customerName: story.customerName, site: order.ship_from,
    signature: story.signature, scenario: story.scenario, steps: story.steps, payment: story.payment, outcome: story.outcome,
  };
}

/** Card first, then what the workers will do, the script, and last the order: nothing acts on an order that is not prepared. */
async function tell(doors: InnerDoors, story: Story, path: string): Promise<ScriptLine> {
  const { order } = story;
  const actionId = (what: string): string => `generate:${order.id}:${what}`;
  let { payment } = order;
  if (payment.method === 'card' && story.authorise !== null) {
    const authorisation = await doors.control<{ id: string }>('payments', 'authorise', {
      actionId: actionId('authorise'), authorisation: { amount: story.authorise, currency: order.currency.toLowerCase(), order_reference: order.number, customer_reference: order.customer.code },
    });
    payment = { ...payment, authorisation: authorisation.id };
  }
  if (story.warehouse !== null) await doors.control('wms', 'plan', { actionId: actionId('plan'), plan: { salesOrderNo: order.number, ...story.warehouse } });
  const line = scriptLine(story);
  appendFileSync(path, `${JSON.stringify(line)}\n`);
  await doors.control('shop', 'place-order', { actionId: actionId('place'), order: { ...order, payment } });
  return line;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Plays `orders` orders (a little more when a story has several) into the running landscape. The same seed on an empty
 * landscape gives the same orders; what becomes of them is for the world and the tower.
 */
export async function generate(options: GenerateOptions): Promise<ScriptLine[]> {
  const stateDir = options.stateDir ?? stateDirectory();
  const landscape = readLandscapeFile(stateDir);
  const doors = InnerDoors.fromFile(stateDir, options.patienceMs);
  const path = scriptPath(stateDir);
  mkdirSync(dirname(path), { recursive: true });
  if (options.faults) await applyFaultProfile(doors);
  const identities: OrderIdentity[] = (await doors.control<{ orders: OrderIdentity[] }>('shop', 'reserve', { count: options.orders + 10 })).orders;
  const context: StoryContext = {
    data: masterData(landscape.seed, landscape.today), dice: new Dice(`generate:${options.seed}`), unattended: options.unattended ?? true, now: () => new Date(), run: `${options.seed}-${identities[0]?.number ?? ''}`,
    signatures: new Set(readScript(stateDir).map((line) => line.signature)),
    next: () => {
      const identity = identities.shift();
      if (identity === undefined) throw new Error('Order numbers used up');
      return identity;
    },
  };
  const told: ScriptLine[] = [];
  const only = options.only ?? [];
  const chosen = (turn: number): ScenarioName | null => (only.length > 0 ? only[turn % only.length] : options.everyStory === true ? scenarioNames[turn] : undefined) ?? null;
  const startedAt = Date.now();
  for (let turn = 0; told.length < options.orders && options.signal?.aborted !== true; turn += 1) {
    for (const story of tellNext(context, chosen(turn))) {
      const line = await tell(doors, story, path);
      told.push(line);
      options.onOrder?.(line);
    }
    if (options.rate !== null) await pause(Math.max(0, startedAt + (told.length * 60_000) / options.rate - Date.now()));
  }
  return told;
}
