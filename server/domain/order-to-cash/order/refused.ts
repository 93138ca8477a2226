import { codeHasCome } from "../../awaited-codes";
import type { CommandView } from "../../commands";
import { sumOf, zero, type Decimal } from "../../decimal";
import { exceptionCatalogue, type ExceptionCode } from "../../exceptions";
import { moneyText } from "../../money";
import { doubtOf, readCode } from "../../outcomes";
import type { CommandPayloads } from "../../payloads";
import type { ExceptionFinding, Reference } from "../../plan";
import type { Holder } from "../../stages";
import type { OrderMoney } from "./books/money";
import type { OpenPiece } from "./books/pieces";
import type { Gates } from "./gates/approve";
import type { OrderView } from "./view";

const codeOfKind: Readonly<Record<string, ExceptionCode>> = { release_to_warehouse: "REL-01", estimate_tax: "TAX-01", request_allocation: "STK-01", acknowledge_order: "ACK-01", update_order_status: "ACK-01", recall_release: "ORD-04", void_authorisation: "PAY-03" };

export interface Refused {
  exceptions: readonly ExceptionFinding[];
  /** Who must act before these goods can go on; null where no answer of a target stops them. */
  holderOf(piece: OpenPiece): Holder | null;
}

/**
 * What a target refused, or may have taken without a word: by its own code where that is one of ours, else by the kind of
 * command. At stake is what it keeps where it is; of all that is open, the order's open value.
 */
export function refusedOf(view: OrderView, reference: Reference, money: OrderMoney, gates: Gates): Refused {
  const open = [...money.pieces.values()].flatMap((pieces) => pieces.open).filter(({ kind }) => kind !== "loose");
  const exceptions: ExceptionFinding[] = [];
  const holders = new Map<OpenPiece, Holder>();
  for (const command of [...view.record.commands.values()].flat()) {
    const said = answerOf(view, reference, command);
    if (!said) continue;
    const kept = open.filter((piece) => keeps(command, piece, gates));
    for (const piece of kept) if (!holders.has(piece)) holders.set(piece, exceptionCatalogue[said.code].owner);
    exceptions.push({ ...said, stops: [command.naturalKey], ...(kept.length === 0 ? { keepsNothing: true as const } : {}), amount: moneyText(kept.length === open.length && kept.length > 0 ? money.openTotal : worthOf(kept), view.currency), currency: view.currency });
  }
  return { exceptions, holderOf: (piece) => holders.get(piece) ?? null };
}

const worthOf = (pieces: readonly OpenPiece[]): Decimal => (pieces.length === 0 ? zero : sumOf(pieces, ({ net, tax }) => net.plus(tax)));

function answerOf(view: OrderView, reference: Reference, command: CommandView): Pick<ExceptionFinding, "code" | "fingerprint" | "message" | "since"> | null {
  const doubt = doubtOf(command, view.now);
  if (doubt) return { ...doubt, fingerprint: { connector: command.connector } };
  if (command.state !== "rejected" || command.kind === "recall_release" || codeHasCome(reference, command)) return null;
  const { code, detail } = readCode(command.rejection?.code ?? "", codeOfKind[command.kind] ?? "TEC-03");
  return { code, fingerprint: { connector: command.connector, code: detail ?? command.kind }, message: `${command.connector} refused ${command.kind.replaceAll("_", " ")}: ${command.rejection?.message ?? "no reason given"}`, since: command.firstSentAt ?? command.createdAt };
}

/** Whether these goods cannot go on before this command is answered well. */
function keeps(command: CommandView, piece: OpenPiece, gates: Gates): boolean {
  if (command.kind === "estimate_tax") return !gates.validated && piece.kind !== "live";
  if (command.kind === "request_allocation") return (piece.kind === "unallocated" || piece.kind === "short") && (command.payload as CommandPayloads["request_allocation"]).line === piece.line;
  return command.kind === "release_to_warehouse" && (piece.kind === "allocated" || piece.kind === "in_flight") && (command.payload as CommandPayloads["release_to_warehouse"]).lines.some(({ line }) => line === piece.line);
}
