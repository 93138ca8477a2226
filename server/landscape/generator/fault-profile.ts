import type { InnerDoors } from '../kit/client';
import { systemNames, type SystemName } from '../kit/landscape-file';

/** Every rule is diced for each call; a few in a hundred is a bad day, and enough for every path to be walked in 500 orders. */
const everywhere = [
  { kind: 'error', probability: 0.01 },
  { kind: 'slow', probability: 0.01, ms: 400 },
  { kind: 'rate_limit', probability: 0.005, ms: 1000 },
  { kind: 'down', probability: 0.005 },
  { match: { path: '/oauth' }, kind: 'error', probability: 0.3 },
];

/** Losing the answer after the work was done: the fault that doubles documents where nobody looks first. */
const lostAnswers = ['POST', 'PUT'].flatMap((method) => [
  { match: { method }, kind: 'commit_then_timeout', probability: 0.03 },
  { match: { method }, kind: 'malformed', probability: 0.01 },
  // longer than any caller waits: it is done after the caller has given up, and perhaps looked
  { match: { method }, kind: 'slow', probability: 0.003, ms: 16_000 },
]);

/** Few calls: what is one in a hundred elsewhere would never be seen here. */
const cardCalls = [{ match: { method: 'POST', path: '/captures' }, kind: 'commit_then_timeout', probability: 0.2 }];
/** A release that was taken and not heard of: who takes it back and asks anew ships twice. */
const releases = [{ match: { method: 'POST', path: '/pickrequests' }, kind: 'commit_then_timeout', probability: 0.2 }];

/** The tax service goes away when the first orders come: long enough to stop asking it. */
const outage = [{ match: { method: 'POST', path: '/transactions' }, kind: 'down', count: 6 }];

const unreliableWebhooks = [
  { kind: 'webhook_twice', probability: 0.05 },
  { kind: 'webhook_late', probability: 0.03, ms: 3000 },
  { kind: 'webhook_out_of_order', probability: 0.04, ms: 2000 },
  { kind: 'webhook_lost', probability: 0.01 },
];

function faultProfileOf(name: SystemName): object[] {
  const hasWebhooks = name === 'shop' || name === 'carrier' || name === 'payments';
  return [...(name === 'tax' ? outage : []), ...(name === 'payments' ? cardCalls : []), ...(name === 'wms' ? releases : []), ...everywhere, ...lostAnswers, ...(hasWebhooks ? unreliableWebhooks : [])];
}

export async function applyFaultProfile(doors: InnerDoors): Promise<void> {
  for (const name of systemNames) {
    await doors.clearFaults(name);
    await doors.fault(name, faultProfileOf(name));
  }
}
