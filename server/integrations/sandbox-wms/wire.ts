import { z } from "zod";
import { dec, text } from "@/server/domain/decimal";
import type { Failure } from "@/server/domain/result";
import type { HttpResponse } from "../contract/connector";
import { readJson, sentence } from "../contract/outcome";

/** StackRight's answers (API.md). Quantities are JSON numbers of up to 6 decimals, in the stock unit of the SKU. */
const quantity = z.number().min(0).max(1e15);
const time = z.number().int().min(0).max(8.64e15);
const note = z.string().nullish();
export const decimalOf = (value: number): string => text(dec(value).toDecimalPlaces(6));

export const events = z.looseObject({
  events: z.array(z.looseObject({ seqNo: z.number().int(), eventType: z.string(), docType: z.string(), docId: z.string() })),
  lastSeq: z.number().int(), more: z.boolean(),
});

const allocationLine = z.looseObject({ lineRef: z.string(), sku: z.string(), uom: z.string(), qtyRequested: quantity, qtyAllocated: quantity, qtyBackordered: quantity, qtyReleased: quantity.default(0), expectedDate: note });
export const allocation = z.looseObject({ allocationId: z.string(), clientRef: z.string(), version: z.number().int().min(1), status: z.string(), site: z.string(), salesOrderNo: z.string(), changedTime: time, lines: z.array(allocationLine) });
export type Allocation = z.infer<typeof allocation>;
export const allocations = z.looseObject({ allocations: z.array(allocation) });

const pickLine = z.looseObject({
  lineRef: z.string(), sku: z.string(), qtyRequested: quantity, qtyPicked: quantity, qtyPacked: quantity, qtyShipped: quantity, qtyOver: quantity, qtyShort: quantity, qtyRecalled: quantity, qtyInProcess: quantity,
});
export const pickRequest = z.looseObject({ pickRequestId: z.string(), clientRef: z.string(), version: z.number().int().min(1), status: z.string(), site: z.string(), salesOrderNo: z.string(), changedTime: time, lines: z.array(pickLine) });
export type PickRequest = z.infer<typeof pickRequest>;
export const pickRequests = z.looseObject({ pickRequests: z.array(pickRequest) });

export const stockLevel = z.looseObject({ site: z.string(), sku: z.string(), onHand: z.number().min(-1e15).max(1e15), allocated: quantity, version: z.number().int().min(1), changedTime: time });
export type StockLevel = z.infer<typeof stockLevel>;
export const inventory = z.looseObject({ inventory: z.array(stockLevel), page: z.number().int(), pages: z.number().int() });

export const recallAnswer = z.looseObject({ result: z.enum(["ACCEPTED", "REFUSED"]), recalled: z.array(z.looseObject({ lineRef: z.string(), qty: quantity })).default([]), reason: note });

const shipLine = z.looseObject({
  shipLine: z.union([z.number(), z.string()]), clientRef: note, salesOrderNo: z.string(), lineRef: z.string(), sku: z.string(), orderedSku: note, qty: quantity,
  lots: z.array(z.looseObject({ lotNo: z.string() })).nullish(), serials: z.array(z.string()).nullish(), catchWeight: z.looseObject({ value: z.number().positive() }).nullish(),
});
export const shipment = z.looseObject({
  shipmentId: z.string(), version: z.number().int().min(1), status: z.string(), site: z.string(), goodsIssueTime: time, carrierCode: note, trackingNo: note, lines: z.array(shipLine),
});
export type Shipment = z.infer<typeof shipment>;
export const shipments = z.looseObject({ shipments: z.array(shipment), page: z.number().int(), pages: z.number().int(), total: z.number().int() });

export const returnReceipt = z.looseObject({
  receiptId: z.string(), version: z.number().int().min(1), rmaNo: z.string(), site: z.string(), salesOrderNo: z.string(), receivedTime: time,
  lines: z.array(z.looseObject({ lineRef: z.string(), sku: z.string(), qty: quantity, disposition: z.enum(["RESTOCK", "SCRAP", "TO_SUPPLIER", "SEND_BACK"]).nullish() })),
});
export type ReturnReceipt = z.infer<typeof returnReceipt>;

/** Of the document of an event only what tells its versions apart: what else is in it is read from its message, so that one that is not as documented keeps none beside it. */
export const versioned = z.looseObject({ version: z.number().int().min(1), goodsIssueTime: time.optional(), changedTime: time.optional() });

export const sku = z.looseObject({ sku: z.string(), text: z.string(), stockUom: z.string(), active: z.boolean().default(true) });
export type Sku = z.infer<typeof sku>;
export const skus = z.looseObject({ skus: z.array(sku), page: z.number().int(), pages: z.number().int() });
export const sites = z.looseObject({ sites: z.array(z.looseObject({ site: z.string(), open: z.boolean().default(true) })) });

const errorBody = z.looseObject({ errorCode: z.string(), errorText: z.string() });
/** WMS-409 is the same reference with other content; everything else that is refused is the warehouse's decision. */
export function refusalOf(response: HttpResponse): Failure {
  const read = readJson(response.text, errorBody);
  if (!read.ok) return { code: "REL-01", message: `StackRight refused it (${response.status}) without saying why` };
  const { errorCode, errorText } = read.value;
  return { code: response.status === 409 && errorCode === "WMS-409" ? "CTR-02" : "REL-01", message: sentence(`${errorCode}: ${errorText}`) };
}
