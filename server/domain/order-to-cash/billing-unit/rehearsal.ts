import { changesOf, type CommandKind, type CommandView } from "../../commands";
import { contracts, type EventType } from "../../contracts/registry";
import { digestOf } from "../../decisions";
import { dec, sumOf } from "../../decimal";
import type { Fact } from "../../facts";
import type { Instant } from "../../instant";
import { moneyText, roundMoney } from "../../money";
import type { TaxQuestion } from "../../payloads";
import { referenceId, type Plan, type Planner, type ReferenceRow } from "../../plan";
import type { Policy, RouteMode } from "../../policy";
import { subjectId, type SubjectRef } from "../../subject";
import type { z } from "zod";

type Data<T extends EventType> = z.input<(typeof contracts)[T]["schema"]>;

/** Defaults of domain reference 2.10 for US01, one route for each capability. */
export const rehearsalPolicy = (mode: RouteMode = "act"): Policy => ({
  version: 1, entity: "US01", currency: "USD", calendar: { zone: "UTC", workdays: [1, 2, 3, 4, 5], opens: 480, closes: 1020, holidays: [] },
  routes: (["orders", "warehouse", "finance", "tax", "payments", "crm"] as const).map((capability) => ({ document: "*", capability, connector: capability, mode, managedFrom: "2000-01-01T00:00:00.000Z" })),
  billingTrigger: "shipment", priceTolerance: { fraction: "0.01", amount: "5.00" }, overShipmentTolerance: "0", writeOffUpTo: "1.00", duplicateWindowDays: 365, duplicateContentHours: 24,
  invoiceApprovalAbove: "25000", invoiceTwoApprovalsAbove: "100000", taxTolerance: { fraction: "0.001", amount: "1.00" }, unseenDocumentWaitMinutes: 30, backorderAskMinutes: 1440, stockPaceSeconds: 60, exposureHorizonDays: 30, reservationDays: 5,
  overdueDays: 15, overdueAbove: "100.00", creditApprovalAbove: "1000", refundApprovalAbove: "500", leadTimeDays: 0, terms: { net30: { days: 30, endOfMonth: false, advance: false } }, systemsOfRecord: {},
});

/** One subject played through without pipeline or landscape: facts in, plan, commands answered as told. */
export class Rehearsal {
  readonly facts: Fact[] = [];
  readonly commands: CommandView[] = [];
  readonly reference = new Map<string, ReferenceRow>();
  policy = rehearsalPolicy();
  connectorsDown: ReadonlySet<string> = new Set();
  rate = (_question: TaxQuestion): string => "0.08";
  private counter = 0;

  readonly planner: Planner;
  readonly subject: SubjectRef;
  now: Instant;

  constructor(planner: Planner, subject: SubjectRef, now: Instant) {
    this.planner = planner;
    this.subject = subject;
    this.now = now;
  }

  get id() { return subjectId(this.subject); }

  /** An event of a source; a person's decision comes from `person:<author>`. */
  say<T extends EventType>(type: T, data: Data<T>, source = "source", at: Instant = this.now): this {
    const contract = contracts[type];
    const parsed = contract.schema.parse(data) as never;
    this.facts.push({ subject: this.id, shape: contract.shape, type, source, document: contract.document(parsed), group: contract.group(parsed), version: contract.order ? (contract.order as (data: never) => number)(parsed) : 0, occurredAt: at, recordedAt: at, data: parsed });
    return this;
  }

  /** What another subject published to this one. */
  hear(topic: string, from: string, data: unknown, key = from): this {
    this.facts.push({ subject: this.id, shape: "register", type: `published.${topic}`, source: from, document: key, group: topic, version: ++this.counter, occurredAt: this.now, recordedAt: this.now, data });
    return this;
  }

  know(topic: string, key: string, data: unknown): this {
    this.reference.set(referenceId({ topic, key }), { topic, key, version: ++this.counter, data });
    return this;
  }

  look(facts: readonly Fact[] = this.facts): Plan {
    return this.planner.plan({ subject: { ...this.subject, id: this.id }, facts, commands: this.commands, reference: this.reference, policy: this.policy, now: this.now, connectorsDown: this.connectorsDown });
  }

  /** Plans and writes the command rows as the pipeline would. */
  plan(): Plan {
    const plan = this.look();
    for (const change of changesOf(this.id, plan.wanted, this.commands, new Set(plan.reopened))) {
      const row = this.commands.find((view) => view.naturalKey === change.naturalKey);
      if (change.do === "withdraw") { if (row) row.state = "withdrawn"; continue; }
      if (row) { Object.assign(row, { payload: change.wanted.payload, state: "wanted", rejection: null }); continue; }
      const { kind, slot, sequence, payload } = change.wanted;
      this.commands.push({ naturalKey: change.naturalKey, kind, slot, sequence, state: "wanted", connector: "erp", payload, reference: null, result: null, createdAt: this.now, firstSentAt: null, confirmedAt: null, verifiedAt: null, rejection: null, attempts: 0 });
    }
    return plan;
  }

  row(kind: CommandKind, slot?: string): CommandView | undefined {
    return this.commands.filter((view) => view.kind === kind && (slot === undefined || view.slot === slot)).at(-1);
  }

  /** Sends what is wanted, except `but`, until nothing new comes. */
  run(but: readonly CommandKind[] = []): Plan {
    for (let round = 0; round < 40; round++) {
      const plan = this.plan();
      const due = this.commands.filter((view) => view.state === "wanted" && !but.includes(view.kind));
      if (due.length === 0) return plan;
      for (const view of due) this.confirm(view);
    }
    throw new Error("does not come to rest");
  }

  send(view: CommandView, state: "sending" | "unknown" = "sending"): void {
    Object.assign(view, { state, firstSentAt: view.firstSentAt ?? this.now, attempts: view.attempts + 1 });
  }

  refuse(view: CommandView, code: string, message = "refused"): void {
    this.send(view);
    Object.assign(view, { state: "rejected", rejection: { code, message } });
  }

  /** The target took it and it was read back; `change` is what the target says otherwise. */
  confirm(view: CommandView, change: Record<string, unknown> = {}): void {
    this.send(view);
    const result: Record<string, unknown> = { ...this.answer(view), ...change };
    const verified = Object.keys(change).length === 0;
    Object.assign(view, { state: "confirmed", reference: [result["number"], result["capture"], result["refund"]].find((value) => typeof value === "string") ?? view.naturalKey, result, confirmedAt: this.now, verifiedAt: verified ? this.now : null, rejection: null });
  }

  private answer(view: CommandView): Record<string, unknown> {
    const payload = view.payload as Record<string, never>;
    const nth = this.commands.filter((row) => row.kind === view.kind && row.state === "confirmed").length + 1;
    switch (view.kind) {
      case "determine_tax": return this.taxAnswer(view.payload as unknown as TaxQuestion);
      case "post_invoice": case "post_credit": case "post_debit":
        return { number: `${view.kind === "post_invoice" ? "INV" : view.kind === "post_debit" ? "DM" : "CM"}-${nth}`, net: payload["net"], charges: payload["chargesTotal"], tax: payload["tax"], total: payload["total"], customer: payload["customer"], currency: payload["currency"], accountingDate: payload["accountingDate"], dueDate: payload["dueDate"] ?? null, state: "posted" };
      case "capture_payment": return { capture: `CAP-${nth}`, amount: payload["amount"] };
      case "post_refund": return { amount: payload["amount"] };
      case "refund_payment": return { refund: `RF-${nth}`, amount: payload["amount"], state: "settled" };
      case "post_receipt": return { number: `RC-${nth}`, amount: payload["amount"] };
      case "apply_receipt": return { applied: payload["amount"], writtenOff: payload["writeOff"], open: "0" };
      case "apply_credit": return { applied: payload["amount"], open: "0" };
      case "commit_tax": case "return_tax": return { state: "committed", total: payload["total"] };
      default: return { at: this.now };
    }
  }

  private taxAnswer(question: TaxQuestion): Record<string, unknown> {
    const rate = question.exempt ? "0" : this.rate(question);
    const lines = question.lines.map((line) => ({ line: line.line, tax: line.taxCategory === "none" ? "0.00" : moneyText(roundMoney(dec(line.net).times(rate), question.currency), question.currency) }));
    const total = moneyText(sumOf(lines, (line) => dec(line.tax)), question.currency);
    return { kind: "final", document: question.reference, basis: question.basis, taxDate: question.taxDate, lines, jurisdictions: [{ jurisdiction: "IL", rate, amount: total, rateValidFrom: "2000-01-01" }], total };
  }

  /** A person decides about an open hold of the newest plan. */
  decide(rule: string, verdict: "approve" | "reject" = "approve", more: { consequence?: string; author?: string } = {}): this {
    const hold = this.look().holds.find((found) => found.rule === rule);
    if (!hold) throw new Error(`no hold ${rule}; there are ${this.look().holds.map((found) => found.rule).join(", ")}`);
    const decision = `D-${digestOf([rule, hold.slot, hold.digest, more, this.facts.length])}`;
    const author = more.author ?? "ann";
    return this.say("hold.decided", { decision, rule, slot: hold.slot, digest: hold.digest, verdict, total: hold.amount, ...(hold.currency === null ? {} : { currency: hold.currency }), reason: "checked", author, ...(more.consequence ? { consequence: more.consequence } : {}) }, `person:${author}`);
  }
}

export const codes = (rows: readonly { code?: string; rule?: string }[]): string[] => rows.map((row) => row.code ?? row.rule ?? "");
