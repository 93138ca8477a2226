import type { CustomerMaster } from "../../contracts/masters";
import type { OrderCaptured } from "../../contracts/order";
import type { Day } from "../../instant";
import type { Codebook } from "./codes";
import type { Problem } from "./lines/sold";

/** The five roles of an order in our words, with what the masters say of them. */
export interface Parties {
  customer: string;
  billTo: string;
  shipTo: string;
  payer: string;
  creditAccount: string;
  terms: string;
  master: CustomerMaster | null;
  billMaster: CustomerMaster | null;
  /** What keeps the whole order from being accepted. */
  problems: Problem[];
  /** What the order says and the masters decide otherwise: told, and nothing waits for it. */
  overruled: Problem[];
}

/** Countries whose addresses are unusable without a state or province. */
const stateNeeded: ReadonlySet<string> = new Set(["US", "CA", "AU"]);

/**
 * Resolves parties and terms; MAP-01, MAP-04, ORD-03 and CTR-01 (currency) are of the whole order. Whose credit it takes is
 * the customer master's to say (2.11), never the order's.
 */
export function partiesOf(order: OrderCaptured, source: string, book: Codebook): Parties {
  const problems: Problem[] = [];
  const named = (code: string): string => {
    const found = book.canonical("customer", code);
    const known = found.ok && book.customer(found.value) !== null;
    if (!known && !problems.some(({ fingerprint }) => fingerprint.customer === code))
      problems.push({ code: "MAP-01", fingerprint: { connector: source, customer: code }, message: found.ok ? `Customer ${found.value} is not in the customer master` : `Customer ${code} of ${source} has no mapping` });
    return found.ok ? found.value : code;
  };
  const { parties } = order;
  const customer = named(parties.sellTo), billTo = named(parties.billTo), shipTo = named(parties.shipTo);
  const payer = parties.payer === undefined ? billTo : named(parties.payer);
  const master = book.customer(customer), billMaster = book.customer(billTo);
  const creditAccount = billMaster?.creditAccount ?? billTo;
  const terms = book.canonical("terms", order.terms);
  if (!terms.ok) problems.push({ code: "MAP-04", fingerprint: { connector: source, code: `terms/${order.terms}` }, message: terms.error.message });
  if (stateNeeded.has(order.shipToAddress.country) && !order.shipToAddress.state)
    problems.push({ code: "ORD-03", fingerprint: { customer: shipTo, code: "state" }, message: `The ship-to address in ${order.shipToAddress.country} names no state` });
  if (billMaster?.currency !== undefined && billMaster.currency !== order.currency)
    problems.push({ code: "CTR-01", fingerprint: { connector: source, customer: billTo, code: "currency" }, message: `The order is in ${order.currency}, customer ${billTo} is kept in ${billMaster.currency}` });
  return {
    customer, billTo, shipTo, payer, creditAccount, terms: terms.ok ? terms.value : order.terms, master, billMaster, problems,
    overruled: billMaster === null || parties.creditAccount === undefined ? [] : otherAccount(parties.creditAccount, creditAccount, billTo, source, book),
  };
}

/** The order names another credit account than the customer master: one that nobody knows is MAP-01, a known one CTR-01. */
function otherAccount(code: string, account: string, billTo: string, source: string, book: Codebook): Problem[] {
  const found = book.canonical("customer", code), named = found.ok ? found.value : code;
  if (named === account) return [];
  const counts = `${account} counts, as the customer master has it for ${billTo}`;
  return !found.ok || book.customer(named) === null ? [{ code: "MAP-01", fingerprint: { connector: source, customer: code }, message: `Credit account ${code} of ${source} is not known: ${counts}` }]
    : [{ code: "CTR-01", fingerprint: { connector: source, customer: billTo, code: "creditAccount" }, message: `The order names credit account ${named} (/parties/creditAccount): ${counts}` }];
}

/** Whether a certificate of the customer covers the ship-to jurisdiction on the tax point date. */
export function certificateCovers(master: CustomerMaster | null, order: Pick<OrderCaptured, "shipToAddress">, day: Day): boolean {
  const { state, country } = order.shipToAddress;
  const places = new Set([country, state ?? "", `${country}-${state ?? ""}`]);
  return (master?.certificates ?? []).some((certificate) => places.has(certificate.jurisdiction) && certificate.validFrom <= day && (certificate.validTo === undefined || day <= certificate.validTo));
}
