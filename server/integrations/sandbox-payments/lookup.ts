import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand } from "../contract/connector";
import { readAnswer } from "../contract/outcome";
import { get, system } from "./client";
import type { PaymentsSession } from "./config";
import { captureReference } from "./from-command";
import { authorisation, capture, fromMinor, list, refund, type Capture, type Refund } from "./wire";

export const captureResult = (row: Capture): Record<string, unknown> => ({ capture: row.id, amount: fromMinor(row.amount, row.currency) });
export const refundResult = (row: Refund): Record<string, unknown> => ({ refund: row.id, amount: fromMinor(row.amount, row.currency), state: row.status === "succeeded" ? "settled" : "pending" });

/** Looks for captures and refunds by our reference, for an authorisation by its id. */
export async function lookup(session: PaymentsSession, command: OutboundCommand): Promise<LookupAnswer> {
  if (command.kind === "capture_payment") {
    const payload = command.payload as unknown as CommandPayloads["capture_payment"];
    const query = new URLSearchParams({ reference: captureReference(payload), authorisation: payload.authorisation });
    const found = readAnswer(await get(session, `captures?${query.toString()}`), list(capture), system);
    if (found.kind === "failed") return found;
    return single(found.kind === "read" ? found.value.data.filter(({ status }) => status === "succeeded") : [], captureResult);
  }
  if (command.kind === "refund_payment") {
    const payload = command.payload as unknown as CommandPayloads["refund_payment"];
    if (payload.capture === null) return { kind: "absent" };
    const found = readAnswer(await get(session, `refunds?${new URLSearchParams({ reference: payload.reference, capture: payload.capture }).toString()}`), list(refund), system);
    if (found.kind === "failed") return found;
    return single(found.kind === "read" ? found.value.data.filter(({ status }) => status !== "failed") : [], refundResult);
  }
  const id = String(command.payload["authorisation"]);
  const found = readAnswer(await get(session, `authorisations/${encodeURIComponent(id)}`), authorisation, system);
  if (found.kind === "failed") return found;
  return found.kind === "read" && found.value.status === "voided" ? { kind: "found", reference: id, result: { state: "voided" } } : { kind: "absent" };
}

function single<T extends { id: string }>(rows: readonly T[], result: (row: T) => Record<string, unknown>): LookupAnswer {
  const [row, second] = rows;
  if (!row) return { kind: "absent" };
  return second ? { kind: "several", references: rows.map(({ id }) => id) } : { kind: "found", reference: row.id, result: result(row) };
}
