import { z } from 'zod';
import { Dice } from './dice';

const faultKinds = [
  'slow', 'error', 'rate_limit', 'commit_then_timeout', 'refuse', 'malformed', 'down',
  'webhook_twice', 'webhook_late', 'webhook_out_of_order', 'webhook_lost',
] as const;

export const faultSchema = z.object({
  match: z.object({ method: z.string().optional(), path: z.string().optional() }).optional(),
  kind: z.enum(faultKinds),
  count: z.number().int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  ms: z.number().min(0).max(600_000).optional(),
});
export type FaultRule = z.infer<typeof faultSchema>;

export interface Fault {
  id: string;
  rule: FaultRule;
  /** Null = until deleted. */
  remaining: number | null;
  hits: number;
}

function matches(pattern: string | undefined, path: string): boolean {
  if (pattern === undefined) return true;
  let from = 0;
  for (const part of pattern.split('*')) {
    const at = path.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

/** The fault rules of one system, in memory: a restart has none. */
export class FaultBoard {
  private faults: Fault[] = [];
  private dice: Dice;
  private number = 0;
  private readonly seed: string;

  constructor(seed: string) {
    this.seed = seed;
    this.dice = new Dice(seed);
  }
  add(rule: FaultRule): Fault {
    this.number += 1;
    const remaining = rule.count ?? (rule.probability === undefined ? 1 : null);
    const fault = { id: `F${this.number}`, rule, remaining, hits: 0 };
    this.faults.push(fault);
    return fault;
  }
  list(): Fault[] {
    return this.faults;
  }
  clear(): void {
    this.faults = [];
    this.dice = new Dice(this.seed);
  }
  /** The first rule that strikes this request, used up by one. A rule without a path spares the token endpoints. */
  strikeRequest(method: string, path: string): FaultRule | null {
    const isToken = path.includes('/oauth');
    return this.strike(
      (rule) =>
        !rule.kind.startsWith('webhook_') &&
        (rule.match?.method === undefined || rule.match.method.toUpperCase() === method) &&
        (isToken ? rule.match?.path !== undefined && matches(rule.match.path, path) : matches(rule.match?.path, path)),
    );
  }
  strikeWebhook(type: string): FaultRule | null {
    return this.strike((rule) => rule.kind.startsWith('webhook_') && matches(rule.match?.path, type));
  }
  private strike(applies: (rule: FaultRule) => boolean): FaultRule | null {
    for (const fault of this.faults) {
      if (fault.remaining === 0 || !applies(fault.rule)) continue;
      if (fault.rule.probability !== undefined && !this.dice.chance(fault.rule.probability)) continue;
      if (fault.remaining !== null) fault.remaining -= 1;
      fault.hits += 1;
      return fault.rule;
    }
    return null;
  }
}
