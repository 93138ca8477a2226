import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { hmacAuth, parseBody } from '../../kit/auth';
import { ok, Refusal, route, textOf, type LedgerEntry, type Route } from '../../kit/http';
import { clampLimit, clampOffset, numberedPage } from '../../kit/paging';
import type { SystemContext, SystemDefinition } from '../../kit/system';

type Code = 'AN' | 'PU' | 'IT' | 'DL' | 'EX';
const words: Record<Code, string> = { AN: 'Announced', PU: 'Picked up', IT: 'In transit', DL: 'Delivered', EX: 'Exception' };

interface TrackingEvent {
  eventId: string;
  sequence: number;
  code: Code;
  text: string;
  at: string;
  place: string;
}

interface Tracking {
  trackingNumber: string;
  shipperReference: string;
  serviceCode: string;
  status: Code;
  statusText: string;
  weightGrams: number;
  chargeCents: number;
  currency: string;
  estimatedDelivery: string;
  updatedAt: string;
  consignee: { name: string; city: string; region: string; country: string };
  receivedBy: string | null;
  events: TrackingEvent[];
}

interface DueStep {
  id: string;
  due: number;
  trackingNumber: string;
  code: Code;
  text: string;
}

/** Parcelway writes offsets, never Z. */
const stamp = (time: number): string => new Date(time).toISOString().replace('Z', '+00:00');

const subscriptionBody = z.object({ trackingNumber: z.string().min(1), yourReference: z.string().nullish() });
const interceptBody = z.object({ instruction: z.enum(['return', 'hold']) });

class Depot {
  readonly trackings;
  readonly subscriptions;
  private readonly steps;
  private lastTime = 0;
  private readonly context: SystemContext;

  constructor(context: SystemContext) {
    this.context = context;
    this.trackings = context.store.collection<Tracking>('trackings');
    this.subscriptions = context.store.collection<{ id: string; trackingNumber: string; yourReference: string | null }>('subscriptions');
    this.steps = context.store.collection<DueStep>('_steps');
  }

  tracking(number: string): Tracking {
    const found = this.trackings.get(number);
    if (found === undefined) throw new Refusal(404, 'not-found', `No parcel ${number}`);
    return found;
  }

  announce(parcel: { trackingNumber: string; shipperReference: string; weightGrams: number; consignee: Tracking['consignee']; story?: 'fails' }): Tracking {
    const known = this.trackings.get(parcel.trackingNumber);
    if (known !== undefined) return known;
    const now = this.now();
    this.trackings.put(parcel.trackingNumber, {
      trackingNumber: parcel.trackingNumber, shipperReference: parcel.shipperReference, serviceCode: 'GR', status: 'AN', statusText: words.AN, weightGrams: parcel.weightGrams,
      chargeCents: 895 + Math.ceil(parcel.weightGrams / 1000) * 42, currency: 'USD', estimatedDelivery: new Date(now + 2 * 86_400_000).toISOString().slice(0, 10),
      updatedAt: stamp(now), consignee: parcel.consignee, receivedBy: null, events: [],
    });
    const kept = this.record(parcel.trackingNumber, 'AN', words.AN);
    this.plan(parcel.trackingNumber, 'PU', words.PU, 30);
    this.plan(parcel.trackingNumber, 'IT', words.IT, 150);
    if (parcel.story === 'fails') this.plan(parcel.trackingNumber, 'EX', 'refused', 400);
    else this.plan(parcel.trackingNumber, 'DL', words.DL, 630);
    return kept;
  }

  subscribe(trackingNumber: string, yourReference: string | null): { isNew: boolean; subscription: object } {
    const known = this.subscriptions.get(trackingNumber);
    if (known !== undefined) return { isNew: false, subscription: known };
    const id = this.context.store.nextId('SUB-', 7);
    return { isNew: true, subscription: this.subscriptions.put(trackingNumber, { id, trackingNumber, yourReference }) };
  }

  record(number: string, code: Code, text: string): Tracking {
    const tracking = this.tracking(number);
    const at = stamp(this.now());
    const event: TrackingEvent = {
      eventId: this.context.store.nextId('PWE-', 7), sequence: tracking.events.length + 1, code, text, at,
      place: code === 'DL' || code === 'EX' ? `${tracking.consignee.city}, ${tracking.consignee.region}` : 'Columbus, OH',
    };
    const receivedBy = code === 'DL' ? 'J. Miller' : tracking.receivedBy;
    const kept = this.trackings.put(number, { ...tracking, status: code, statusText: text, updatedAt: at, receivedBy, events: [...tracking.events, event] });
    if (code !== 'AN') this.context.emit(event.eventId, `tracking.${code}`, { ...event, trackingNumber: number, shipperReference: tracking.shipperReference, receivedBy });
    return kept;
  }

  doDueSteps(): void {
    const now = Date.now();
    for (const step of this.steps.all()) {
      if (step.due > now) continue;
      this.steps.delete(step.id);
      this.record(step.trackingNumber, step.code, step.text);
    }
  }

  private plan(trackingNumber: string, code: Code, text: string, simulatedMinutes: number): void {
    const id = this.context.store.nextId('STEP', 8);
    this.steps.put(id, { id, due: Date.now() + this.context.realMs(simulatedMinutes), trackingNumber, code, text });
  }

  private now(): number {
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    return this.lastTime;
  }
}

function routes(depot: Depot): Route[] {
  return [
    route('GET', '/v2/trackings', (call) => {
      const since = call.query.get('updatedSince');
      const sinceTime = since === null ? 0 : Date.parse(since);
      if (Number.isNaN(sinceTime)) throw new Refusal(400, 'bad-request', 'updatedSince is not a timestamp');
      const reference = call.query.get('shipperReference');
      const rows = depot.trackings.all().filter((row) => Date.parse(row.updatedAt) >= sinceTime && (reference ?? row.shipperReference) === row.shipperReference);
      const page = numberedPage(rows, Math.max(1, clampOffset(call.query.get('page'), 1)), clampLimit(call.query.get('perPage'), 50, 200));
      const next = new URLSearchParams(call.query);
      next.set('page', String(page.page + 1));
      const link: Record<string, string> = page.page < page.pages ? { link: `<http://${call.headers.host ?? '127.0.0.1'}/v2/trackings?${next.toString()}>; rel="next"` } : {};
      return { status: 200, body: page.rows, headers: { 'x-total-count': String(page.total), ...link } };
    }),
    route('GET', '/v2/trackings/:number', (_, param) => ok(depot.tracking(param('number')))),
    route('POST', '/v2/subscriptions', (call) => {
      const body = parseBody(subscriptionBody, call.body, 'bad-request');
      const { isNew, subscription } = depot.subscribe(body.trackingNumber, body.yourReference ?? null);
      return { status: isNew ? 201 : 200, body: subscription };
    }),
    route('POST', '/v2/trackings/:number/intercept', (call, param) => {
      parseBody(interceptBody, call.body, 'bad-request');
      const { status } = depot.tracking(param('number'));
      if (status !== 'AN' && status !== 'PU') throw new Refusal(409, 'conflict', `Parcel is already ${words[status].toLowerCase()}`);
      return { status: 202, body: { result: 'accepted' } };
    }),
  ];
}

export function defineCarrier(context: SystemContext): SystemDefinition {
  const depot = new Depot(context);
  return {
    routes: routes(depot),
    authenticate: hmacAuth(context.settings.credentials),
    errorBody: (status, code, detail) => ({
      body: { type: `https://parcelway.example/problems/${code}`, title: code.replaceAll('-', ' '), status, detail }, contentType: 'application/problem+json',
    }),
    codes: { unauthorized: 'unauthorized', notFound: 'not-found', malformed: 'bad-request', internal: 'internal', rateLimited: 'rate-limited', refused: 'refused' },
    webhook: (base, secret) => ({
      url: `${base}/carrier`,
      sign: (rawBody) => {
        const timestamp = String(Date.now());
        const mac = createHmac('sha256', secret).update(`${timestamp}\n${rawBody}`).digest('base64');
        return { 'x-pw-timestamp': timestamp, 'x-pw-webhook-signature': `sha256=${mac}` };
      },
    }),
    control: {
      announce: (body) => depot.announce(body['parcel'] as Parameters<Depot['announce']>[0]),
      scan: (body) => depot.record(String(body['trackingNumber']), body['code'] as Code, textOf(body['text'], words[body['code'] as Code])),
    },
    ledger: () =>
      depot.trackings.all().map((row): LedgerEntry => ({
        entry: row.trackingNumber, account: row.status === 'DL' ? 'delivered' : 'in_transit', document: row.trackingNumber, kind: 'parcel', orderNumber: null, line: null, quantity: '1',
        amount: (row.chargeCents / 100).toFixed(2), currency: row.currency, date: row.updatedAt.slice(0, 10), reference: row.shipperReference,
      })),
    seedMasterData: () => undefined,
    tick: () => depot.doDueSteps(),
  };
}
