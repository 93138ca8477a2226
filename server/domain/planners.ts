import { cardAuthorisationPlanner, sharesAuthorisations } from "./authorisation-owner";
import { awaitingCodes } from "./awaited-codes";
import { readingLedgers } from "./ledger-words";
import { masterRecordPlanner } from "./master-data";
import { billToAccountPlanner } from "./order-to-cash/bill-to-account";
import { billingUnitPlanner } from "./order-to-cash/billing-unit";
import { creditAccountPlanner } from "./order-to-cash/credit-account";
import { orderPlanner } from "./order-to-cash/order";
import { emptyPlan } from "./order-to-cash/order/unseen";
import { answersForOwner, asksForOwners } from "./order-owner";
import { receiptPlanner } from "./order-to-cash/receipt";
import { shipmentPlanner } from "./order-to-cash/shipment";
import type { Planner } from "./plan";
import { returnPlanner } from "./return-to-credit";
import { stockPositionPlanner } from "./stock";
import { authorisersOf, handsOver, onRecord, ownerOf } from "./systems-of-record";
import type { SubjectKind } from "./subject";

/** Kinds that are named because keys cannot change later, and are not built yet: their facts are kept, nothing follows. */
const neutralPlanner: Planner = { dependencies: () => [], plan: ({ subject }) => emptyPlan(subject.key) };

/** The planner of each kind of subject (domain reference 2.12). */
export const planners: Readonly<Record<SubjectKind, Planner>> = {
  order: sharesAuthorisations(answersForOwner(onRecord(awaitingCodes(orderPlanner)), ownerOf), ownerOf, authorisersOf),
  shipment: asksForOwners(onRecord(awaitingCodes(shipmentPlanner))),
  billing_unit: readingLedgers(onRecord(awaitingCodes(billingUnitPlanner))),
  credit_account: onRecord(creditAccountPlanner),
  receipt: handsOver(onRecord(awaitingCodes(receiptPlanner))),
  return: readingLedgers(asksForOwners(onRecord(awaitingCodes(returnPlanner)))),
  bill_to_account: billToAccountPlanner,
  master_record: onRecord(masterRecordPlanner),
  payout: neutralPlanner,
  purchase_order: neutralPlanner,
  supplier_invoice: neutralPlanner,
  blanket: neutralPlanner,
  stock_position: awaitingCodes(stockPositionPlanner),
  card_authorisation: cardAuthorisationPlanner,
};
