import { moneyText } from "@/server/domain/money";
import { dec } from "@/server/domain/decimal";
import type { CommandPayloads, TaxQuestion } from "@/server/domain/payloads";
import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport, type OutboundCommand, type Outcome } from "../contract/connector";
import { answerEvents, said, subjectOfKey } from "../contract/events";
import { asResult, readAnswer, readJson, unconfirmed, unreadable, verifyUnsupported } from "../contract/outcome";
import { get, post, system, transactionPath } from "./client";
import { secrets, settings, type TaxSecrets, type TaxSession, type TaxSettings } from "./config";
import { documentCode, returnRequest, taxRequest } from "./from-command";
import { lookup } from "./lookup";
import { determined } from "./to-canonical";
import { refusalOf, taxCodes, transaction } from "./wire";

const reading = { system, refusal: refusalOf };

async function ask(session: TaxSession, command: OutboundCommand, kind: "estimate" | "final"): Promise<Outcome> {
  const question = command.payload as unknown as TaxQuestion;
  const body = taxRequest(command, session.settings, kind === "estimate" ? "SalesOrder" : "SalesInvoice");
  if (!body.ok) return { kind: "rejected", failure: body.error };
  const answer = await post(session, kind === "estimate" ? "transactions/estimate" : "transactions", body.value);
  const failed = unconfirmed(answer, reading);
  if (failed || !answer.ok) return failed as Outcome;
  const read = readJson(answer.response.text, transaction);
  if (!read.ok) return unreadable(system, read.error);
  const result = determined(question, read.value);
  if (!result.ok) return { kind: "rejected", failure: result.error };
  const data = { kind, ...result.value, currency: question.currency };
  return { kind: "confirmed", reference: documentCode(question.reference), result: { kind, ...result.value }, events: answerEvents(command, session, [said({ type: "tax.determined", at: session.now(), subject: subjectOfKey(command.naturalKey), data })]) };
}

/** Commit and void of a record: repeating either answers the same. */
async function settle(session: TaxSession, command: OutboundCommand, state: "committed" | "voided"): Promise<Outcome> {
  const { document } = command.payload as unknown as CommandPayloads["commit_tax"];
  const code = documentCode(document);
  const body = { companyCode: session.settings.companyCode, ...(state === "voided" ? { reason: "DocDeleted" } : {}) };
  const answer = await post(session, `${transactionPath(code)}/${state === "committed" ? "commit" : "void"}`, body);
  const failed = unconfirmed(answer, { system, refusal: (response) => ({ ...refusalOf(response), code: "TAX-02" }) });
  if (failed || !answer.ok) return failed as Outcome;
  const read = readJson(answer.response.text, transaction);
  if (!read.ok) return unreadable(system, read.error);
  const total = moneyText(dec(read.value.totalTax), read.value.currencyCode);
  const events = answerEvents(command, session, [said({ type: "tax.record_changed", at: session.now(), subject: subjectOfKey(command.naturalKey), data: { document, state, total, version: state === "committed" ? 1 : 2 } })]);
  return { kind: "confirmed", reference: code, result: { state, total }, events };
}

/** Stored and committed in one call: repeating it answers the same. The service's tax of a return is negative, ours says what it took off. */
async function giveBack(session: TaxSession, command: OutboundCommand): Promise<Outcome> {
  const { reference, currency } = command.payload as unknown as CommandPayloads["return_tax"];
  const body = returnRequest(command, session.settings);
  if (!body.ok) return { kind: "rejected", failure: body.error };
  const answer = await post(session, "transactions", body.value);
  const failed = unconfirmed(answer, { system, refusal: (response) => ({ ...refusalOf(response), code: "TAX-02" }) });
  if (failed || !answer.ok) return failed as Outcome;
  const read = readJson(answer.response.text, transaction);
  if (!read.ok) return unreadable(system, read.error);
  return { kind: "confirmed", reference: documentCode(reference), result: { state: "committed", total: moneyText(dec(read.value.totalTax).neg(), currency) }, events: [] };
}

const year = 365 * 24 * 3_600_000;
/** "Idempotent by code" (API.md, Transactions): the same question answers the same; commit and void may be repeated. */
const byCode: CommandSupport = { idempotentForMs: year, lookup: { by: "code", consistency: "read_your_writes", settleMs: 1000, complete: true }, verify: false, provenNotActed: [] };

export const sandboxTax = defineConnector<TaxSettings, TaxSecrets>({
  type: "sandbox-tax", title: system, grade: "sandbox", capabilities: ["tax"], settings, secrets,
  limits: { concurrency: 16, perMinute: 6000, callTimeoutMs: 10_000 },
  serializeBy: (_, payload) => (typeof payload["document"] === "string" ? payload["document"] : null),
  cannot: ["tell of changed rates: it only answers", "take an exemption that it has no certificate for"],
  commands: { estimate_tax: { ...byCode, lookup: null }, determine_tax: byCode, commit_tax: byCode, void_tax: byCode, return_tax: byCode },
  feeds: [], webhook: null,
  check: async (session) => {
    const read = asResult(readAnswer(await get(session, "taxcodes"), taxCodes, system), "taxcodes");
    return read.ok ? ok({ detail: `${read.value.value.length} tax codes are readable` }) : read;
  },
  send: (session, command) => {
    switch (command.kind) {
      case "estimate_tax": return ask(session, command, "estimate");
      case "determine_tax": return ask(session, command, "final");
      case "commit_tax": return settle(session, command, "committed");
      case "void_tax": return settle(session, command, "voided");
      case "return_tax": return giveBack(session, command);
      default: return Promise.resolve({ kind: "rejected", failure: { code: "TAX-01", message: `${system} cannot do ${command.kind}` } });
    }
  },
  lookup,
  verify: verifyUnsupported(system),
  toCanonical: () => ok({ events: [], excluded: "Levypoint sends no messages" }),
});
