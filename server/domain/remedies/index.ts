import type { ExceptionCode } from "../exceptions";
import type { PlanInput } from "../plan";
import type { SubjectKind } from "../subject";
import { believed } from "../systems-of-record";
import { outcomeKnown, releaseAgain } from "./command";
import { acceptAdvance, acceptDifference, adopt, adoptInPlace, sendInvoiceAgain } from "./invoice";
import { choosePack } from "./pack";
import { placeMoney, refundOtherwise } from "./receipt";
import type { Remedies, Remedy, Trouble } from "./remedy";
import { acceptReturned, closeReturn, creditLess, leaveAsCredit, leaveOpen } from "./return";
import { adoptCredit } from "./credit";
import { claimOrDecline, standsBeside } from "./unclaimed";
import { askForNextVersion, takeSource } from "./shipment";
import { writeStockBack } from "./stock";
import { askSystemOfRecord } from "./system-of-record";

/** The human decisions of domain reference 3.2, by code and by what stands in front of the person. */
const catalogue: Partial<Record<ExceptionCode, readonly (readonly [SubjectKind | "*", Remedies])[]>> = {
  "TEC-04": [["*", outcomeKnown]],
  "REL-01": [["order", releaseAgain]],
  "ORD-02": [["order", choosePack]],
  "STK-02": [["stock_position", writeStockBack]],
  "INV-03": [["order", acceptAdvance], ["billing_unit", acceptAdvance]],
  "INV-04": [["billing_unit", acceptDifference], ["billing_unit", adoptInPlace]],
  "INV-05": [["billing_unit", adopt], ["billing_unit", claimOrDecline], ["order", standsBeside], ["return", adoptCredit], ["*", outcomeKnown]],
  "INV-06": [["billing_unit", sendInvoiceAgain]],
  "PAY-01": [["receipt", placeMoney]],
  "SEQ-01": [["receipt", placeMoney]],
  "RET-01": [["return", acceptReturned], ["return", closeReturn]],
  "RET-02": [["return", closeReturn]],
  "REF-01": [["receipt", refundOtherwise], ["return", leaveAsCredit], ["billing_unit", leaveAsCredit]],
  "SLA-01": [["return", leaveOpen], ["billing_unit", leaveOpen]],
  "CRD-01": [["return", creditLess]],
  "CTR-02": [["shipment", takeSource], ["*", askForNextVersion]],
  "CTR-03": [["*", askSystemOfRecord]],
};

/** Whether there is anything to decide about such an exception of such a subject. */
export const hasRemedies = (code: ExceptionCode, of: SubjectKind): boolean => (catalogue[code] ?? []).some(([kind]) => kind === "*" || kind === of);

/** Between sources a person looks at all that was said; everything else is decided about what counts. */
const betweenSources: ReadonlySet<ExceptionCode> = new Set(["CTR-02", "CTR-03"]);

/** What a person may decide about this exception of this subject, from its facts and commands as they are. */
export function remediesOf(input: PlanInput, trouble: Trouble): Remedy[] {
  const seen = betweenSources.has(trouble.code) ? input : believed(input);
  return (catalogue[trouble.code] ?? []).flatMap(([kind, remedies]) => (kind === "*" || kind === input.subject.kind ? remedies(seen, trouble) : []));
}

export { remedyVerbs, type Given, type Remedy, type RemedyVerb, type Saying } from "./remedy";
