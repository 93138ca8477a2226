import { existsSync, statSync } from 'node:fs';
import { readScript, scriptPath } from '../generator/generate';
import type { PaymentPlan, ScriptLine, Step, StepTrigger } from '../generator/story';
import type { InnerDoors } from '../kit/client';
import type { SystemName } from '../kit/landscape-file';
import { Store, type Collection } from '../kit/store';
import { companyDay } from '../master-data';
import type { SalesDocument } from '../systems/erp/model';
import type { ShopReturn } from '../systems/shop/model';
import type { PickRequest, Shipment } from '../systems/wms/model';
import { performStep } from './deeds';
import { amountToPay, orderNumberOf, paymentFor } from './payers';

const payMinutes = 240;

export type Task = { id: string; due: number; done: boolean } & (
  | { kind: 'announce'; shipmentId: string }
  | { kind: 'step'; orderNumber: string; step: Step; returnId: string | null }
  | { kind: 'pay'; invoiceIds: string[]; orderNumber: string | null; plan: PaymentPlan }
);

/**
 * Plays warehouse clerks, carriers and customers: watches the systems' documents and does, some simulated minutes later,
 * what the scripts and good custom say. What it has seen and done is journaled; a restart goes on where it was, and the
 * systems ignore a deed that they have seen (`actionId`).
 */
export class World {
  private readonly store: Store;
  private readonly cursors: Collection<{ sequence: number }>;
  private readonly tasks: Collection<Task>;
  private readonly seen: Collection<object>;
  readonly invoices: Collection<SalesDocument>;
  readonly credits: Collection<SalesDocument>;
  readonly shipments: Collection<Shipment>;
  readonly returns: Collection<ShopReturn>;
  private scripts = new Map<string, ScriptLine>();
  private scriptSize = -1;

  readonly doors: InnerDoors;
  private readonly settings: { stateDir: string; speed: number; journalPath: string | null };

  constructor(
    doors: InnerDoors,
    settings: { stateDir: string; speed: number; journalPath: string | null },
  ) {
    this.doors = doors;
    this.settings = settings;
    this.store = new Store(settings.journalPath);
    this.cursors = this.store.collection('cursors');
    this.tasks = this.store.collection('tasks');
    this.seen = this.store.collection('seen');
    this.invoices = this.store.collection('invoices');
    this.credits = this.store.collection('credits');
    this.shipments = this.store.collection('shipments');
    this.returns = this.store.collection('returns');
  }

  /** An order may be seen in a system before its script was read in this turn: then look again. */
  script(orderNumber: string | null): ScriptLine | null {
    if (orderNumber === null) return null;
    if (!this.scripts.has(orderNumber)) this.refreshScripts();
    return this.scripts.get(orderNumber) ?? null;
  }

  private refreshScripts(): void {
    const path = scriptPath(this.settings.stateDir);
    const size = existsSync(path) ? statSync(path).size : 0;
    if (size === this.scriptSize) return;
    this.scriptSize = size;
    this.scripts = new Map(readScript(this.settings.stateDir).map((line) => [line.orderNumber, line]));
  }

  close(): void {
    this.store.close();
  }

  /** One look around: safe to repeat, safe to interrupt. */
  async turn(): Promise<void> {
    this.refreshScripts();
    for (const orderNumber of this.scripts.keys()) this.happened('placed', orderNumber, null);
    await this.watch<PickRequest>('wms', 'pickRequests', (request) => this.happened('released', request.salesOrderNo, null));
    await this.watch<Shipment>('wms', 'shipments', (shipment) => this.onShipment(shipment));
    await this.watch<SalesDocument>('erp', 'salesInvoices', (invoice) => this.onInvoice(invoice));
    await this.watch<SalesDocument>('erp', 'salesCreditMemos', (credit) => this.onCredit(credit));
    await this.watch<ShopReturn>('shop', 'returns', (entry) => this.onReturn(entry));
    await this.doDueTasks();
  }

  private async watch<T extends object>(system: SystemName, type: string, onRow: (row: T) => void): Promise<void> {
    const key = `${system}:${type}`;
    const { sequence, rows } = await this.doors.documents<T>(system, type, this.cursors.get(key)?.sequence ?? -1);
    if (rows.length === 0) return;
    this.store.transact(() => {
      for (const row of rows) onRow(row);
      this.cursors.put(key, { sequence });
    });
  }

  private plan(task: Task): void {
    if (this.tasks.get(task.id) === undefined) this.tasks.put(task.id, task);
  }

  private dueIn(simulatedMinutes: number): number {
    return Date.now() + (simulatedMinutes * 60_000) / this.settings.speed;
  }

  /** Plans the steps of the order's script that wait for this, once. */
  private happened(trigger: StepTrigger, orderNumber: string, returnId: string | null): void {
    const key = `${orderNumber}:${trigger}`;
    const script = this.script(orderNumber);
    if (script === null || this.seen.get(key) !== undefined) return;
    this.store.transact(() => {
      this.seen.put(key, {});
      for (const step of script.steps.filter((entry) => entry.after === trigger)) {
        this.plan({ id: `step:${orderNumber}:${step.id}`, kind: 'step', due: this.dueIn(step.delayMinutes), done: false, orderNumber, step, returnId });
      }
    });
  }

  private onShipment(shipment: Shipment): void {
    this.shipments.put(shipment.shipmentId, shipment);
    if (shipment.version === 1) this.plan({ id: `announce:${shipment.shipmentId}`, kind: 'announce', due: Date.now(), done: false, shipmentId: shipment.shipmentId });
    for (const line of shipment.lines) this.happened('shipped', line.salesOrderNo, null);
  }

  private onInvoice(invoice: SalesDocument): void {
    if (invoice.Status !== 'Posted') return;
    const isNew = this.invoices.get(invoice.Id) === undefined;
    this.invoices.put(invoice.Id, invoice);
    if (!isNew) return;
    const orderNumber = orderNumberOf(invoice);
    const script = this.script(orderNumber);
    const plan = script?.payment ?? { kind: 'full' };
    if (orderNumber !== null) this.happened('invoiced', orderNumber, null);
    if (plan.kind === 'joint') this.planJointPayment(plan);
    else if (plan.kind === 'full' || plan.kind === 'part' || plan.kind === 'over') {
      this.plan({ id: `pay:${invoice.Id}`, kind: 'pay', due: this.dueIn(payMinutes), done: false, invoiceIds: [invoice.Id], orderNumber, plan });
    }
  }

  /** Once every order of the group has an invoice, all that is billed is paid by one receipt; what comes later is paid singly. */
  private planJointPayment(plan: PaymentPlan & { kind: 'joint' }): void {
    const members = [...this.scripts.values()].filter((line) => line.payment.kind === 'joint' && line.payment.group === plan.group);
    const numbers = new Set(members.map((line) => line.orderNumber));
    const invoices = this.invoices.all().filter((invoice) => numbers.has(orderNumberOf(invoice) ?? ''));
    const billed = new Set(invoices.map((invoice) => orderNumberOf(invoice)));
    if (billed.size < plan.groupSize) return;
    const covered = new Set(this.tasks.all().flatMap((task) => (task.kind === 'pay' ? task.invoiceIds : [])));
    const invoiceIds = invoices.filter((invoice) => !covered.has(invoice.Id)).map((invoice) => invoice.Id).sort();
    if (invoiceIds.length === 0) return;
    this.plan({ id: `pay:${invoiceIds.join('+')}`, kind: 'pay', due: this.dueIn(payMinutes), done: false, invoiceIds, orderNumber: orderNumberOf(invoices[0] as SalesDocument), plan });
  }

  private onCredit(credit: SalesDocument): void {
    if (credit.Status !== 'Posted') return;
    this.credits.put(credit.Id, credit);
    const orderNumber = orderNumberOf(credit);
    const plan = this.script(orderNumber)?.payment;
    if (plan?.kind !== 'net_of_credit') return;
    const invoiceIds = this.invoices.all().filter((invoice) => orderNumberOf(invoice) === orderNumber).map((invoice) => invoice.Id).sort();
    this.plan({ id: `pay:net:${orderNumber ?? ''}`, kind: 'pay', due: this.dueIn(payMinutes), done: false, invoiceIds, orderNumber, plan });
  }

  private onReturn(entry: ShopReturn): void {
    this.returns.put(entry.id, entry);
    if (entry.status === 'authorised') this.happened('return_authorised', entry.order_number, entry.id);
  }

  private async doDueTasks(): Promise<void> {
    const now = Date.now();
    for (const task of this.tasks.all()) {
      if (task.done || task.due > now) continue;
      await this.perform(task);
      this.tasks.put(task.id, { ...task, done: true });
    }
  }

  private async perform(task: Task): Promise<void> {
    if (task.kind === 'announce') await this.announce(task.shipmentId);
    else if (task.kind === 'pay') await this.pay(task);
    else await performStep(this, task.step, task.id, this.script(task.orderNumber), task.returnId);
  }

  private async announce(shipmentId: string): Promise<void> {
    const shipment = this.shipments.get(shipmentId);
    if (shipment === undefined) return;
    const to = (shipment.shipTo ?? {}) as { name?: string; city?: string; region?: string; country?: string };
    await this.doors.control('carrier', 'announce', {
      actionId: `world:announce:${shipmentId}`,
      parcel: {
        trackingNumber: shipment.trackingNo, shipperReference: shipmentId, weightGrams: shipment.weightGrams,
        consignee: { name: to.name ?? '', city: to.city ?? '', region: to.region ?? '', country: to.country ?? 'US' },
      },
    });
  }

  private async pay(task: Task & { kind: 'pay' }): Promise<void> {
    const credits = this.credits.all().filter((credit) => orderNumberOf(credit) === task.orderNumber);
    const invoices = task.invoiceIds.map((id) => this.invoices.get(id)).filter((invoice) => invoice !== undefined);
    // Credits are taken off the first invoice of the order.
    const amounts = invoices.map((invoice, index) => ({ invoice, amount: amountToPay(task.plan, invoice, index === 0 ? credits : []) }));
    const payment = paymentFor(task.id, this.script(task.orderNumber), amounts);
    if (payment === null) return;
    const day = companyDay(new Date());
    await this.doors.control('payments', 'bank-receipt', {
      actionId: `world:${payment.id}`,
      receipt: {
        booked_on: day, value_on: day, amount: payment.amount, currency: payment.currency, payer: payment.payer, method: 'ach',
        text: `INV ${payment.remittance.map((row) => row.document).join(', ')}`, remittance: payment.remittance, reversal_of: null,
      },
    });
    for (const { invoice } of amounts) this.happened('paid', orderNumberOf(invoice) ?? '', null);
  }
}
