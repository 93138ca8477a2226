import { z } from "zod";
import { dec } from "@/server/domain/decimal";
import { moneyText, roundMoney } from "@/server/domain/money";
import type { CommandPayloads, CommandResults, TaxQuestion } from "@/server/domain/payloads";
import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport, type OutboundCommand, type Outcome, type Session, type VerifyAnswer } from "@/server/integrations/contract/connector";
import { answerEvents, said, subjectOfKey, type Said } from "@/server/integrations/contract/events";
import { readAnswer, readJson, unconfirmed, unreadable } from "@/server/integrations/contract/outcome";
import { baseSettings, secret } from "@/server/integrations/contract/settings";
import { lateItem } from "./setting";
import { connectorTypes } from "@/server/integrations/registry";

const title = "Stub of the benchmark";
const settings = baseSettings;
const secrets = z.object({ key: secret });
type StubSession = Session<z.infer<typeof settings>, z.infer<typeof secrets>>;
const numbered = z.looseObject({ number: z.string() });

const headersOf = (session: StubSession, command: OutboundCommand): Record<string, string> => ({
  "content-type": "application/json", authorization: `Bearer ${session.secrets.key}`, "idempotency-key": command.naturalKey, "x-subject": command.naturalKey.split("|")[1] ?? "",
});

/** What the target says in our words, and the events that it would send besides. */
interface Answer { reference: string; result: Record<string, unknown>; events: Said[] }

const eightPercent = "0.08";
function taxOf(question: TaxQuestion, kind: "estimate" | "final"): CommandResults["estimate_tax"] | CommandResults["determine_tax"] {
  const lines = question.lines.map((line) => ({ line: line.line, tax: moneyText(roundMoney(dec(line.net).times(eightPercent), question.currency), question.currency) }));
  const total = moneyText(lines.reduce((sum, line) => sum.plus(line.tax), dec(0)), question.currency);
  return { kind, document: question.reference, basis: question.basis, taxDate: question.taxDate, lines, total, jurisdictions: [{ jurisdiction: question.shipTo.state ?? "IL", rate: eightPercent, amount: total }] };
}

/** The goods leave at once: what the warehouse would say hours later comes with its answer. */
function releasedAndShipped(payload: CommandPayloads["release_to_warehouse"], at: string): Answer {
  const warehouse = payload.warehouse ?? "W1", shipment = `SH-${payload.order}`;
  const lines = payload.lines.map((line, index) => ({ shipmentLine: String(index + 1), order: payload.order, orderLine: line.line, request: payload.request, item: line.item, quantity: line.quantity }));
  return {
    reference: payload.request, result: { request: payload.request, warehouse, state: "accepted", reason: null },
    events: [said({ type: "shipment.confirmed", at, data: { shipment, version: 1, warehouse, shippedAt: at, carrier: "UPS", tracking: `1Z-${shipment}`, lines } })],
  };
}

function answerTo(command: OutboundCommand, number: string, at: string): Answer {
  const payload = command.payload as never;
  switch (command.kind) {
    case "estimate_tax":
    case "determine_tax": {
      const question: TaxQuestion = payload;
      const result = taxOf(question, command.kind === "estimate_tax" ? "estimate" : "final");
      return { reference: question.reference, result: { ...result }, events: [said({ type: "tax.determined", at, subject: subjectOfKey(command.naturalKey), data: { ...result, currency: question.currency } })] };
    }
    case "request_allocation": {
      const asked: CommandPayloads["request_allocation"] = payload;
      const isThere = asked.item !== lateItem;
      const result = { allocated: isThere ? asked.quantity : "0", backordered: isThere ? "0" : asked.quantity, warehouse: asked.warehouse ?? "W1", availableOn: null, refusedReason: null };
      return { reference: number, result, events: [said({ type: "stock.allocated", at, data: { order: asked.order, line: asked.line, revision: asked.revision, allocated: result.allocated, backordered: result.backordered, warehouse: result.warehouse } })] };
    }
    case "release_to_warehouse": return releasedAndShipped(payload, at);
    case "commit_tax": {
      const { document, total }: CommandPayloads["commit_tax"] = payload;
      return { reference: document, result: { state: "committed", total }, events: [said({ type: "tax.record_changed", at, subject: subjectOfKey(command.naturalKey), data: { document, state: "committed", total, version: 1 } })] };
    }
    case "post_invoice": return { reference: number, result: { ...invoiceOf(payload, number) }, events: [] };
    default: return { reference: number, result: { at }, events: [] };
  }
}

const invoiceOf = (asked: CommandPayloads["post_invoice"], number: string): CommandResults["post_invoice"] => ({
  number, net: asked.net, charges: asked.chargesTotal, tax: asked.tax, total: asked.total, customer: asked.customer, currency: asked.currency, accountingDate: asked.accountingDate, dueDate: asked.dueDate, state: "posted",
  lines: asked.lines.map(({ key, quantity, net, tax }) => ({ key, quantity, net, tax })),
});

async function send(session: StubSession, command: OutboundCommand): Promise<Outcome> {
  const answer = await session.http.request({ method: "POST", url: `${session.settings.url}/${command.kind}`, headers: headersOf(session, command), body: JSON.stringify(command.payload) });
  const failed = unconfirmed(answer, { system: title, refusal: (response) => ({ code: "TEC-05", message: `The stub answered ${response.status}` }) });
  if (failed || !answer.ok) return failed as Outcome;
  const read = readJson(answer.response.text, numbered);
  if (!read.ok) return unreadable(title, read.error);
  const { reference, result, events } = answerTo(command, read.value.number, session.now());
  return { kind: "confirmed", reference, result, events: answerEvents(command, session, events) };
}

/** One more call, as every ERP needs: the posted invoice is read back before it counts as posted. */
async function verify(session: StubSession, command: OutboundCommand, reference: string): Promise<VerifyAnswer> {
  const answer = await session.http.request({ method: "GET", url: `${session.settings.url}/read_${command.kind}/${encodeURIComponent(reference)}`, headers: headersOf(session, command) });
  const read = readAnswer(answer, numbered, title);
  if (read.kind === "absent") return { kind: "missing" };
  return read.kind === "failed" ? read : { kind: "read", result: { ...invoiceOf(command.payload as never, reference) }, version: 1 };
}

const support = (verified: boolean): CommandSupport => ({ idempotentForMs: 24 * 3_600_000, lookup: null, verify: verified, provenNotActed: [] });
const fromEvents = connectorTypes.get("cloud-events");

/** Stands for tax service, warehouse and ERP at once: every call really leaves through the door and is answered by the stub. */
export const stubConnector = defineConnector<z.infer<typeof settings>, z.infer<typeof secrets>>({
  type: "bench-stub", title, grade: "sandbox", capabilities: ["tax", "warehouse", "finance"], settings, secrets,
  limits: { concurrency: 1_000, perMinute: 10_000_000, callTimeoutMs: 10_000 },
  // As tax services want it: calls about one record one after the other.
  serializeBy: (_, payload) => (typeof payload["document"] === "string" ? payload["document"] : null),
  cannot: [], feeds: [], webhook: null,
  commands: {
    estimate_tax: support(false), request_allocation: support(false), release_to_warehouse: support(false), determine_tax: support(false),
    post_invoice: support(true), commit_tax: support(false),
  },
  check: () => Promise.resolve(ok({ detail: "a stub" })),
  send, verify,
  lookup: () => Promise.resolve({ kind: "absent" }),
  toCanonical: (input) => fromEvents?.toCanonical(input as never) ?? ok({ events: [] }),
});
