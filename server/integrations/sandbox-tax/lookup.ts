import { dec } from "@/server/domain/decimal";
import { moneyText } from "@/server/domain/money";
import type { CommandPayloads, TaxQuestion } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand } from "../contract/connector";
import { readAnswer } from "../contract/outcome";
import { get, system, transactionPath } from "./client";
import type { TaxSession } from "./config";
import { documentCode } from "./from-command";
import { determined } from "./to-canonical";
import { transaction } from "./wire";

/** Looks for the transaction by its code, and for the state that the command wants of it. */
export async function lookup(session: TaxSession, command: OutboundCommand): Promise<LookupAnswer> {
  const { reference, document } = command.payload as { reference?: string; document?: string };
  const code = documentCode(reference ?? document ?? "");
  const found = readAnswer(await get(session, `${transactionPath(code)}?companyCode=${encodeURIComponent(session.settings.companyCode)}`), transaction, system);
  if (found.kind !== "read") return found.kind === "absent" ? { kind: "absent" } : found;
  const { status } = found.value;
  if (command.kind === "void_tax") return status === "Voided" ? { kind: "found", reference: code, result: { state: "voided" } } : { kind: "absent" };
  if (command.kind === "commit_tax") {
    const { total } = command.payload as unknown as CommandPayloads["commit_tax"];
    return status === "Committed" ? { kind: "found", reference: code, result: { state: "committed", total: dec(found.value.totalTax).toFixed(total.split(".")[1]?.length ?? 0) } } : { kind: "absent" };
  }
  if (command.kind === "return_tax") {
    const { currency } = command.payload as unknown as CommandPayloads["return_tax"];
    return status === "Committed" ? { kind: "found", reference: code, result: { state: "committed", total: moneyText(dec(found.value.totalTax).neg(), currency) } } : { kind: "absent" };
  }
  // Content is stated anew until it is committed: what is there answers our question only where every line does.
  const answer = determined(command.payload as unknown as TaxQuestion, found.value);
  return answer.ok && status === "Saved" ? { kind: "found", reference: code, result: { kind: "final", ...answer.value } } : { kind: "absent" };
}
