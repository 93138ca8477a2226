import { digestOf } from "../../decisions";
import { dec, zero, type Decimal } from "../../decimal";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import type { ExceptionFinding, PlanInput } from "../../plan";
import { postingDate, type PostingDate } from "../../period";
import { rounds, type Booked, type Correction } from "./ledger";
import { refundsInLedger, type Receipt } from "./receipt";

/** The day on which the ledger takes the receipt back (P16). */
export function reversalDate(input: PlanInput, receipt: Receipt, gate: Gate): Pick<PostingDate, "day" | "blockedBy"> {
  const { data } = receipt;
  const content = { customer: receipt.payer, shipToCountry: null, shipToState: null, currency: data.currency, unitPrices: [] };
  return postingDate(gate, input.reference, { slot: "", kind: "reverse_receipt", day: data.receivedOn, entity: input.subject.entity, amount: moneyText(dec(data.amount), data.currency), currency: data.currency, content, what: "The reversal of the receipt" });
}

const inWords = ({ payer, amount, currency, means }: Booked): string => `${moneyText(amount, currency)} ${currency} of ${payer} by ${means}`;

/** What the correction moves: the difference, or the whole where it is somebody else's or another kind of money. */
const moves = ({ from, to }: Correction): Decimal => {
  const same = from.payer === to.payer && from.currency === to.currency && from.means === to.means;
  return same ? from.amount.minus(to.amount).abs() : from.amount;
};

/** Whether all of the receipt is on its way back from the ledger, and what a person must do where that cannot be. */
export interface Correcting { comingBack: boolean; /** No refund is booked before it is done. */ goesFirst: boolean; exceptions: ExceptionFinding[] }

/**
 * The ledger has the receipt otherwise than the bank says by now: what is posted is taken back, with all that is applied of it, and
 * posted anew under the next revision. That moves money in the books, so somebody says yes first (ADJUSTMENT_APPROVAL); until
 * then the ledger's word counts, and nothing more is applied. One of which the ledger has money as given back is for a person (INV-04); a refund that it does not have yet is booked after the correction, or without it where a person rejects that.
 */
export function correct(input: PlanInput, receipt: Receipt, gate: Gate): Correcting {
  const { correction } = receipt;
  if (!correction) return { comingBack: false, goesFirst: false, exceptions: [] };
  const { from, to } = correction;
  const amount = moneyText(moves(correction), from.currency), message = `Receipt ${receipt.number} is in the ledger as ${inWords(from)} and was corrected to ${inWords(to)}`;
  if (refundsInLedger(input, from.currency).gt(0)) return { comingBack: false, goesFirst: false, exceptions: [{
    code: "INV-04", fingerprint: { connector: receipt.source, customer: receipt.payer }, stops: [], amount, currency: from.currency, since: receipt.toldAt,
    message: `${message}; some of it was given back, so it cannot be taken back whole: correct it in the ledger.`,
  }] };
  if (rounds(input).leaving) return { comingBack: true, goesFirst: true, exceptions: [] };
  const evidence = { receipt: receipt.number, ledger: shown(from), corrected: shown(to) };
  const { key, verdict } = gate.hold({
    rule: "ADJUSTMENT_APPROVAL", slot: "correction", blocks: ["reverse_receipt", "reverse_application", "apply_receipt"], amount, currency: from.currency, message: `${message}: it is taken back there and posted anew.`,
    releasedBy: "Finance; by itself: when the correction is taken back.", evidence, digest: digestOf(evidence),
  });
  return { comingBack: key === null && reversalDate(input, receipt, gate).blockedBy.length === 0, goesFirst: verdict.state !== "rejected", exceptions: [] };
}

const shown = ({ payer, amount, currency, means }: Booked) => ({ payer, amount: moneyText(amount, currency), currency, means });

/** What of the money the account that it eases must not count any more, though the ledger has it there; `sameAccount`: whoever it is of now eases that one too. */
export const noLonger = ({ correction }: Receipt, sameAccount: boolean): Decimal => {
  if (!correction) return zero;
  const { from, to } = correction;
  return sameAccount && from.currency === to.currency ? from.amount.minus(to.amount) : from.amount;
};
