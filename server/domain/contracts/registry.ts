import type { z } from "zod";
import type { SubjectKind } from "../subject";
import { invoiceDelivered, ledgerDocument, paymentAuthorised, receiptRecorded, refundSettled, taxDetermined, taxRecordChanged } from "./billing";
import { controlTotal } from "./control";
import { commandDecided, fieldOverlaid, holdDecided, holdPlaced } from "./decisions";
import { fulfilmentProgressed, shipmentConfirmed, shipmentDelivered, shipmentExpected, stockAllocated } from "./fulfilment";
import { codeDescribed, creditPosition, crossReference, customerMaster, fiscalPeriods, itemMaster, priceAgreement, stockPosition, stockWordsKept, unitStated } from "./masters";
import { epochMs } from "../instant";
import { orderCancelRequested, orderCaptured, orderObserved } from "./order";
import { receiptOfReturn, returnAuthorised, returnReceived } from "./returns";

/**
 * How an event of one type becomes a fact.
 * A *register* says what is true of (source, document, group); the highest version wins, so order of arrival is without effect.
 * A *movement* says that something happened once; its `document` is its identity.
 */
interface Contract<S extends z.ZodType = z.ZodType> {
  readonly version: number;
  readonly schema: S;
  readonly subject: SubjectKind;
  readonly shape: "register" | "movement";
  /** Key of the subject. Where it is null the envelope must name the subject. */
  readonly key: ((data: z.infer<S>) => string) | null;
  readonly document: (data: z.infer<S>) => string;
  readonly group: (data: z.infer<S>) => string;
  /** The source's own order of two statements of one register; larger is later. Movements have none. */
  readonly order: ((data: z.infer<S>) => number) | null;
  /** Of a register whose old versions no plan looks at: so many of the newest are kept as facts. Absent: all. Its events are all kept. */
  readonly keeps?: number;
}
const contract = <S extends z.ZodType>(definition: Contract<S>): Contract<S> => definition;
const fixed = (group: string) => () => group;

/** Every event type that may enter, by name and version. A changed meaning is a new name or version, never a silent edit. */
export const contracts = {
  "order.captured": contract({ version: 1, schema: orderCaptured, subject: "order", shape: "register", key: (d) => d.number, document: (d) => d.number, group: fixed("order"), order: (d) => d.version }),
  "order.cancel_requested": contract({ version: 1, schema: orderCancelRequested, subject: "order", shape: "movement", key: (d) => d.number, document: (d) => d.cancellation, group: fixed("cancel"), order: null }),
  "order.observed": contract({ version: 1, schema: orderObserved, subject: "order", shape: "register", key: (d) => d.number, document: (d) => d.number, group: fixed("observed"), order: () => 1 }),
  "stock.allocated": contract({ version: 1, schema: stockAllocated, subject: "order", shape: "register", key: (d) => d.order, document: (d) => d.line, group: fixed("allocation"), order: (d) => d.revision }),
  "fulfilment.progressed": contract({ version: 1, schema: fulfilmentProgressed, subject: "order", shape: "register", key: (d) => d.order, document: (d) => d.request, group: fixed("request"), order: (d) => d.version }),
  "shipment.confirmed": contract({ version: 1, schema: shipmentConfirmed, subject: "shipment", shape: "register", key: (d) => d.shipment, document: (d) => d.shipment, group: fixed("goods_issue"), order: (d) => d.version }),
  "shipment.delivered": contract({ version: 1, schema: shipmentDelivered, subject: "shipment", shape: "register", key: (d) => d.shipment, document: (d) => d.shipment, group: fixed("delivery"), order: (d) => d.version }),
  "shipment.expected": contract({ version: 1, schema: shipmentExpected, subject: "shipment", shape: "register", key: (d) => d.shipment, document: (d) => d.shipment, group: fixed("carrier_date"), order: (d) => epochMs(d.at) }),
  "tax.determined": contract({ version: 1, schema: taxDetermined, subject: "billing_unit", shape: "register", key: null, document: (d) => `${d.document}/${d.basis}`, group: (d) => `tax_${d.kind}`, order: () => 1 }),
  "tax.record_changed": contract({ version: 1, schema: taxRecordChanged, subject: "billing_unit", shape: "register", key: null, document: (d) => d.document, group: fixed("tax_record"), order: (d) => d.version }),
  "ledger.document_read": contract({ version: 1, schema: ledgerDocument, subject: "billing_unit", shape: "register", key: null, document: (d) => d.number, group: (d) => `ledger_${d.kind}`, order: (d) => d.version }),
  "invoice.delivered": contract({ version: 1, schema: invoiceDelivered, subject: "billing_unit", shape: "register", key: null, document: (d) => `${d.invoice}/${d.channel}`, group: fixed("invoice_delivery"), order: (d) => epochMs(d.at) }),
  "payment.authorised": contract({ version: 1, schema: paymentAuthorised, subject: "order", shape: "register", key: (d) => d.order, document: (d) => d.authorisation, group: fixed("authorisation"), order: (d) => d.version }),
  "receipt.recorded": contract({ version: 1, schema: receiptRecorded, subject: "receipt", shape: "register", key: (d) => d.receipt, document: (d) => d.receipt, group: fixed("receipt"), order: (d) => d.version }),
  "refund.settled": contract({ version: 1, schema: refundSettled, subject: "receipt", shape: "register", key: (d) => d.receipt, document: (d) => d.refund, group: fixed("refund"), order: (d) => d.version }),
  "return.authorised": contract({ version: 1, schema: returnAuthorised, subject: "return", shape: "register", key: (d) => d.return, document: (d) => d.return, group: fixed("authorisation"), order: (d) => d.version }),
  "return.received": contract({ version: 1, schema: returnReceived, subject: "return", shape: "register", key: (d) => d.return, document: receiptOfReturn, group: fixed("goods_receipt"), order: (d) => d.version }),
  "customer.described": contract({ version: 1, schema: customerMaster, subject: "master_record", shape: "register", key: (d) => `customer/${d.customer}`, document: (d) => d.customer, group: fixed("customer"), order: (d) => d.version }),
  "item.described": contract({ version: 1, schema: itemMaster, subject: "master_record", shape: "register", key: (d) => `item/${d.item}`, document: (d) => d.item, group: fixed("item"), order: (d) => d.version }),
  "unit.stated": contract({ version: 1, schema: unitStated, subject: "master_record", shape: "register", key: (d) => `item/${d.item}`, document: (d) => `${d.item}/${d.unit}`, group: fixed("unit"), order: (d) => d.version }),
  "price.agreed": contract({ version: 1, schema: priceAgreement, subject: "master_record", shape: "register", key: (d) => `price/${d.customer}/${d.item}`, document: (d) => d.agreement, group: fixed("price"), order: (d) => d.version }),
  "credit.positioned": contract({ version: 1, schema: creditPosition, subject: "credit_account", shape: "register", key: (d) => d.account, document: (d) => d.account, group: fixed("position"), order: (d) => d.version }),
  "periods.described": contract({ version: 1, schema: fiscalPeriods, subject: "master_record", shape: "register", key: (d) => `periods/${d.calendar}`, document: (d) => d.calendar, group: fixed("periods"), order: (d) => d.version }),
  "code.mapped": contract({ version: 1, schema: crossReference, subject: "master_record", shape: "register", key: (d) => `map/${d.kind}/${d.system}/${d.code}`, document: (d) => `${d.system}/${d.code}`, group: fixed("map"), order: (d) => d.version }),
  "code.described": contract({ version: 1, schema: codeDescribed, subject: "master_record", shape: "register", key: (d) => `code/${d.kind}/${d.system}/${d.code}`, document: (d) => `${d.kind}/${d.system}/${d.code}`, group: fixed("code"), order: (d) => d.version }),
  "stock.positioned": contract({ version: 1, schema: stockPosition, subject: "stock_position", shape: "register", key: (d) => `${d.item}/${d.warehouse}`, document: (d) => `${d.item}/${d.warehouse}`, group: fixed("stock"), order: (d) => d.version, keeps: stockWordsKept }),
  "control_total.stated": contract({ version: 1, schema: controlTotal, subject: "master_record", shape: "register", key: (d) => `totals/${d.kind}/${d.from.slice(0, 10)}`, document: (d) => `${d.from}/${d.to}`, group: fixed("total"), order: (d) => d.version }),
  "hold.decided": contract({ version: 1, schema: holdDecided, subject: "order", shape: "movement", key: null, document: (d) => d.decision, group: fixed("hold_decision"), order: null }),
  "hold.placed": contract({ version: 1, schema: holdPlaced, subject: "order", shape: "movement", key: null, document: (d) => d.decision, group: fixed("hold_placed"), order: null }),
  "command.decided": contract({ version: 1, schema: commandDecided, subject: "order", shape: "movement", key: null, document: (d) => d.decision, group: fixed("command_decision"), order: null }),
  "field.overlaid": contract({ version: 1, schema: fieldOverlaid, subject: "order", shape: "movement", key: null, document: (d) => d.decision, group: fixed("overlay"), order: null }),
} as const;

export type EventType = keyof typeof contracts;
export type EventData<T extends EventType> = z.infer<(typeof contracts)[T]["schema"]>;
export const eventTypes = Object.keys(contracts) as EventType[];
export const isEventType = (value: string): value is EventType => Object.hasOwn(contracts, value);

/** CloudEvents `type` of a contract: `com.ledgerline.order.captured.v1`. */
export const cloudEventType = (type: EventType): string => `com.ledgerline.${type}.v${contracts[type].version}`;
