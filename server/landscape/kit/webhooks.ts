import type { FaultBoard, FaultRule } from './faults';
import type { Collection, Store } from './store';

export interface Delivery {
  id: string;
  type: string;
  payload: object;
  attempts: number;
  state: 'pending' | 'given_up' | 'lost';
}

export interface WebhookSettings {
  url: string;
  /** Headers for one attempt, signature included; called anew for every attempt because timestamps are signed. */
  sign: (rawBody: string, delivery: Delivery) => Record<string, string>;
}

const highestAttempts = 40;
const inFlightLimit = 16;
const answerWithinMs = 10_000;

/**
 * Outgoing webhooks. A delivery is journaled in the transaction of the change that it tells of, and taken out of the
 * store at the first 2xx: at least once, in no promised order, also across restarts.
 */
export class WebhookSender {
  private readonly outbox: Collection<Delivery>;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly ready: string[] = [];
  private keptBack: { id: string; timer: NodeJS.Timeout }[] = [];
  private inFlight = 0;
  private stopped = false;

  private readonly store: Store;
  private readonly faults: FaultBoard;
  private readonly settings: WebhookSettings | null;

  constructor(
    store: Store,
    faults: FaultBoard,
    settings: WebhookSettings | null,
  ) {
    this.store = store;
    this.faults = faults;
    this.settings = settings;
    this.outbox = store.collection<Delivery>('_outbox');
  }

  /** Call inside the transaction of the change. Nothing leaves before the transaction is committed (next tick). */
  emit(id: string, type: string, payload: object): void {
    if (this.settings === null) return;
    const fault = this.faults.strikeWebhook(type);
    const state = fault?.kind === 'webhook_lost' ? 'lost' : 'pending';
    this.outbox.put(id, { id, type, payload, attempts: 0, state });
    if (state === 'pending') setImmediate(() => this.schedule(id, fault));
  }

  /** Takes up what an earlier process left undelivered. */
  resume(): void {
    for (const delivery of this.outbox.all()) if (delivery.state === 'pending') this.makeReady(delivery.id);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private schedule(id: string, fault: FaultRule | null): void {
    if (this.outbox.get(id) === undefined) return;
    if (fault?.kind === 'webhook_late') {
      this.after(fault.ms ?? 10_000, () => this.makeReady(id));
    } else if (fault?.kind === 'webhook_out_of_order') {
      const timer = this.after(fault.ms ?? 5_000, () => this.letGo());
      this.keptBack.push({ id, timer });
    } else {
      this.makeReady(id);
      if (fault?.kind === 'webhook_twice') this.after(fault.ms ?? 50, () => void this.attempt(id, true));
      this.letGo();
    }
  }

  private letGo(): void {
    const waiting = this.keptBack;
    this.keptBack = [];
    for (const { id, timer } of waiting) {
      clearTimeout(timer);
      this.after(20, () => this.makeReady(id));
    }
  }

  private makeReady(id: string): void {
    this.ready.push(id);
    this.pump();
  }

  private pump(): void {
    while (!this.stopped && this.inFlight < inFlightLimit) {
      const id = this.ready.shift();
      if (id === undefined) return;
      this.inFlight += 1;
      void this.attempt(id, false).finally(() => {
        this.inFlight -= 1;
        this.pump();
      });
    }
  }

  private readonly sentTwice = new Map<string, Delivery>();
  private readonly attempts = new Map<string, number>();

  private async attempt(id: string, isRepeat: boolean): Promise<void> {
    const delivery = this.outbox.get(id) ?? (isRepeat ? this.sentTwice.get(id) : undefined);
    if (delivery === undefined || this.settings === null || this.stopped) return;
    const rawBody = JSON.stringify(delivery.payload);
    const answered = await this.post(rawBody, delivery);
    if (this.stopped || isRepeat) {
      this.sentTwice.delete(id);
      return;
    }
    if (answered) {
      this.rememberForRepeat(delivery);
      this.attempts.delete(id);
      this.outbox.delete(id);
      return;
    }
    // Counted in memory: journaling each failed attempt would copy the payload while the receiver is down.
    const attempts = (this.attempts.get(id) ?? 0) + 1;
    this.attempts.set(id, attempts);
    if (attempts >= highestAttempts) this.outbox.put(id, { ...delivery, attempts, state: 'given_up' });
    else this.after(Math.min(60_000, 1000 * 2 ** (attempts - 1)), () => this.makeReady(id));
  }

  /** The second copy of a doubled delivery may go out after the first was answered; keep the last few. */
  private rememberForRepeat(delivery: Delivery): void {
    this.sentTwice.set(delivery.id, delivery);
    const oldest = this.sentTwice.keys().next().value;
    if (this.sentTwice.size > 200 && oldest !== undefined) this.sentTwice.delete(oldest);
  }

  private async post(rawBody: string, delivery: Delivery): Promise<boolean> {
    if (this.settings === null) return false;
    try {
      const response = await fetch(this.settings.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.settings.sign(rawBody, delivery) },
        body: rawBody,
        signal: AbortSignal.timeout(answerWithinMs),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  private after(ms: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.stopped) work();
    }, ms);
    this.timers.add(timer);
    return timer;
  }
}
