import { z } from 'zod';
import { faultSchema, type FaultBoard } from './faults';
import { Refusal, type Call, type ControlAction, type LedgerEntry, type Reply } from './http';
import type { Store } from './store';

/** The doors outside the vendor API, the same on every system: `_ledger`, `_documents`, `_faults`, `_control`. */

const longestKeptResult = 1000;

export function ledgerBody(system: string, entries: LedgerEntry[]): object {
  const totals: Record<string, number> = {};
  for (const entry of entries) {
    if (entry.amount === null || entry.currency === null) continue;
    // Thousandths cover every currency's minor unit, exactly.
    totals[entry.currency] = (totals[entry.currency] ?? 0) + Math.round(Number(entry.amount) * 1000);
  }
  return { system, entries, totals: Object.fromEntries(Object.entries(totals).map(([currency, sum]) => [currency, (sum / 1000).toFixed(2)])) };
}

export function documentsBody(system: string, store: Store, query: URLSearchParams): object {
  const type = query.get('type');
  const after = Number(query.get('after') ?? -1);
  const names = type === null ? store.collectionNames().filter((name) => !name.startsWith('_')) : [type];
  const documents = Object.fromEntries(
    names.map((name) => [name, store.changedAfter(name, after).map((row) => ({ ...(row.value as object), _sequence: row.sequence }))]),
  );
  return { system, sequence: store.sequence, documents };
}

export function faultDoor(call: Call, faults: FaultBoard): Reply {
  if (call.method === 'GET') return { status: 200, body: { faults: faults.list() } };
  if (call.method === 'DELETE') {
    faults.clear();
    return { status: 204 };
  }
  const rules = z.union([faultSchema, z.array(faultSchema)]).safeParse(call.body);
  if (!rules.success) return { status: 400, body: { error: z.prettifyError(rules.error) } };
  const list = Array.isArray(rules.data) ? rules.data : [rules.data];
  return { status: 201, body: { faults: list.map((rule) => faults.add(rule)) } };
}

export function control(action: ControlAction, call: Call, store: Store): Reply {
  const done = store.collection<{ actionId: string; result: object }>('_actions');
  const body = (call.body ?? {}) as Record<string, unknown>;
  const actionId = typeof body['actionId'] === 'string' ? body['actionId'] : null;
  const earlier = actionId === null ? undefined : done.get(actionId);
  if (earlier !== undefined) return { status: 200, body: earlier.result };
  try {
    const result = store.transact(() => {
      const outcome = action(body);
      // Whole documents are in their own collection already; a repeat gets only what is small.
      if (actionId !== null) done.put(actionId, { actionId, result: JSON.stringify(outcome).length > longestKeptResult ? {} : outcome });
      return outcome;
    });
    return { status: 200, body: result };
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500;
    return { status, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}
