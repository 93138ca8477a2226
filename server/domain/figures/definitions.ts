/** What a figure means, as screens show it on hover. The figure functions are the other half; both follow domain.md 2.6. */
export interface FigureDefinition {
  name: string;
  /** One sentence that says how it is counted. */
  sentence: string;
  /** Over what it is counted. */
  population: string;
  /** What a reader might expect in it and will not find. */
  notIncluded: string;
}

const managed = "Documents on routes in propose or act.";

export const figureDefinitions = {
  ordersInFlight: {
    name: "Orders in flight", sentence: "Orders placed by now that are neither commercially complete nor cancelled.", population: managed,
    notIncluded: "Blankets and orders whose release date has not come are shown beside it.",
  },
  orderAge: {
    name: "Order age", sentence: "Time since the order was placed; for an order that was scheduled, since its release date.", population: "Orders in flight.",
    notIncluded: "Complete and cancelled orders. Wall time unless switched to business time.",
  },
  stageAge: {
    name: "Order ageing", sentence: "Each order once, in its headline stage, by the time since that stage began for its earliest part.", population: "Orders in flight.",
    notIncluded: "Parallel stages (notices, delivery, sending). Scheduled orders and orders that wait for billing have rows of their own, by due date.",
  },
  pastServiceLevel: {
    name: "Past service level", sentence: "Orders with a part whose stage has run longer than its target, pauses taken out.", population: "Orders in flight.",
    notIncluded: "Stages without a target, such as scheduled.",
  },
  postingLatency: {
    name: "Posting latency", sentence: "Time from billing due to the invoice posted and read back; net leaves out the time in which neither the tower nor the target had the ball.",
    population: "Billing units posted in the window; nearest-rank percentiles.",
    notIncluded: "Units that are due and not posted are told beside it: how many, the oldest, how many past the limit. Credits are counted apart.",
  },
  invoiceCycleTime: {
    name: "Invoice cycle time", sentence: "Time from billing due until the customer's channel took the invoice.", population: "Invoices sent in the window.",
    notIncluded: "Where no sending can be known, posting is taken and the row says so.",
  },
  touchlessRate: {
    name: "Touchless rate", sentence: "Orders that became commercially complete without an act by a person that changed the outcome, of all that did.",
    population: "Orders that became commercially complete in the window.",
    notIncluded: "Orders cancelled before release. Looking, noting, assigning and automatic releases are no touch; the second figure also leaves out approvals that policy requires.",
  },
  moneyHeld: {
    name: "Money held", sentence: "What waits for a person's yes: held documents by their total, held orders by open value with estimated charges and tax; each amount once.",
    population: "Open holds.", notIncluded: "What an exception stops as well is counted there, and said to be also on hold.",
  },
  shippedNotInvoiced: {
    name: "Shipped not invoiced", sentence: "Goods that left and are on no posted invoice, at ordered net price, with unbilled charges, without tax.", population: managed,
    notIncluded: "Free goods and goods billed ahead of shipment.",
  },
  exceptionAge: {
    name: "Exception age", sentence: "Time since the present occurrence was first seen, in the owner team's business time; snoozing does not stop it.", population: "Open exceptions.",
    notIncluded: "Earlier spells of a regressed exception, which are added up under open in total.",
  },
  verifiedFixRate: {
    name: "Verified fixes", sentence: "Fixes that were read back as right, or whose fetched documents are held, of all fixes tried.", population: "Fixes tried in the window.", notIncluded: "Exceptions that closed by evidence without a fix.",
  },
  completenessGap: {
    name: "Completeness gap", sentence: "Documents that a source says exist and that are not here, after the allowance of their window; the age of a gap begins with it.", population: "Sources that can be asked what exists, from the day on which each was added.",
    notIncluded: "What is late and may still come, what is excluded by rule and counted beside it, and sources that cannot be asked.",
  },
  closeBlockers: {
    name: "Blocks the close", sentence: "Whatever must be gone or be answered for by name before the period is signed: equations that do not close, books that nobody compared or settled, postings that are held, stopped or on their way, and documents that are missing.", population: "Documents of the period and of those before it.",
    notIncluded: "Shipped and not invoiced: it is accrued, and blocks nobody.",
  },
  closeHeld: {
    name: "Held postings", sentence: "Documents of the period or before that wait for a person's yes before they are posted, by their total.", population: "Open holds that block a posting.", notIncluded: "Orders that are held before anything left, and what an exception stops as well.",
  },
  accrual: {
    name: "Accrual", sentence: "Of what is shipped and not invoiced by this day, what had passed to the customer by then: on leaving, or on delivery where the title passes at the destination. Known documents only.", population: managed,
    notIncluded: "Goods whose title has not passed, and tax.",
  },
  lateSinceClose: {
    name: "Late since close", sentence: "Shipped not invoiced of the signed period as it is known now, less what was signed.", population: "Shipments dated up to the last day of the period.", notIncluded: "What was known when the period was signed.",
  },
  unexplainedDifference: {
    name: "Unexplained difference", sentence: "Sums of the absolute residuals of all conservation equations, pieces apart from money and money by currency. They must be 0.", population: "Every line, order, billing unit, receipt and credit.",
    notIncluded: "Differences with a name and a document, such as a dated tax rate.",
  },
} as const satisfies Record<string, FigureDefinition>;
export type FigureName = keyof typeof figureDefinitions;
