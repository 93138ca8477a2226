import { z } from "zod";
import { dec } from "@/server/domain/decimal";
import { epochMs, fromEpochMs } from "@/server/domain/instant";
import type { Translation, TranslationInput } from "../contract/connector";
import { said, textOf, toEvents, type Said } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { WmsSettings } from "./config";
import { dayOf } from "./lookup";
import { plain, readAllocationRef, readReleaseRef } from "./references";
import { allocation, decimalOf, pickRequest, returnReceipt, shipment, sku, stockLevel, type Allocation, type PickRequest, type ReturnReceipt, type Shipment, type Sku, type StockLevel } from "./wire";

/** A stored message: the document that an event of the feed told of, as it was when we read it. */
const message = z.discriminatedUnion("docType", [
  z.looseObject({ docType: z.literal("ALLOCATION"), document: allocation }),
  z.looseObject({ docType: z.literal("PICKREQUEST"), document: pickRequest }),
  z.looseObject({ docType: z.literal("SHIPMENT"), document: shipment }),
  z.looseObject({ docType: z.literal("RETURN"), document: returnReceipt }),
  z.looseObject({ docType: z.literal("STOCK"), document: stockLevel }),
  z.looseObject({ docType: z.literal("SKU"), document: sku }),
]);

/** Item, warehouse and carrier stay in StackRight's words: the cross-reference reads them when they are planned. */
export function toCanonical(input: TranslationInput<WmsSettings>): Translation {
  const read = readJson(textOf(input.body), message);
  if (!read.ok) return read;
  switch (read.value.docType) {
    case "ALLOCATION": return toEvents(input, ofEntity(input.entity, readAllocationRef(read.value.document.clientRef)?.entity) ? allocationSaid(read.value.document) : [], "a reservation that is not ours");
    case "PICKREQUEST": return toEvents(input, progressSaid(read.value.document, input.entity), "a pick request that is not ours");
    case "SHIPMENT": return toEvents(input, [shipped(read.value.document)]);
    case "RETURN": return toEvents(input, [returned(read.value.document)]);
    case "STOCK": return toEvents(input, [positioned(read.value.document)]);
    case "SKU": return toEvents(input, [described(input, read.value.document)]);
  }
}
function positioned({ site, sku: code, onHand, allocated, version, changedTime }: StockLevel): Said {
  const at = fromEpochMs(changedTime);
  return said({ type: "stock.positioned", at, data: { item: code, warehouse: site, version, onHand: plain(dec(onHand).toDecimalPlaces(6)), allocated: decimalOf(allocated), at } });
}
/** StackRight says not when a SKU changed: of two the one that came later counts. */
function described({ connectorId: system, receivedAt }: TranslationInput<WmsSettings>, { sku: code, text, stockUom, active }: Sku): Said {
  return said({ type: "code.described", at: receivedAt, data: { kind: "item", system, code, name: text.slice(0, 300), unit: stockUom, state: active ? "active" : "ended", version: epochMs(receivedAt) } });
}
const ofEntity = (entity: string, found: string | undefined): boolean => found === entity;

/**
 * Absolute for the line: what earlier revisions gave out is counted in. What StackRight changes by itself (stock that
 * arrived) is a newer statement, so it raises the revision; the tower's next asking goes on above it.
 */
export function allocationSaid(row: Allocation): Said[] {
  const ref = readAllocationRef(row.clientRef);
  const line = row.lines[0];
  if (!ref || !line || row.status === "CLOSED") return [];
  const expected = dayOf(line.expectedDate ?? null);
  return [said({
    type: "stock.allocated", at: fromEpochMs(row.changedTime), data: {
      order: ref.order, line: ref.line, revision: ref.revision + row.version - 1, allocated: plain(dec(ref.before).plus(line.qtyAllocated)), backordered: decimalOf(line.qtyBackordered), warehouse: row.site,
      ...(expected === null ? {} : { availableOn: expected }),
    },
  })];
}

const states = { NEW: "accepted", PICKING: "picking", PICKED: "picked", PACKED: "packed", CLOSED: "closed", RECALLED: "recalled" } as const;
/** A request released again is a new document there and the same here: its versions go on above those of the one before. */
const versionsOfOne = 1_000_000;

export function progressSaid(row: PickRequest, entity: string | null): Said[] {
  const ref = readReleaseRef(row.clientRef);
  const state = Object.hasOwn(states, row.status) ? states[row.status as keyof typeof states] : null;
  if (!ref || !state || (entity !== null && ref.entity !== entity)) return [];
  return [said({
    type: "fulfilment.progressed", at: fromEpochMs(row.changedTime), data: {
      order: row.salesOrderNo, request: ref.request, version: (ref.sequence - 1) * versionsOfOne + row.version, warehouse: row.site, state,
      lines: row.lines.map((line) => ({
        line: line.lineRef, released: decimalOf(line.qtyRequested), picked: decimalOf(line.qtyPicked), packed: decimalOf(line.qtyPacked),
        short: decimalOf(line.qtyShort), recalled: decimalOf(line.qtyRecalled), over: decimalOf(line.qtyOver),
      })),
    },
  })];
}

function shipped(row: Shipment): Said {
  return said({
    type: "shipment.confirmed", at: fromEpochMs(row.goodsIssueTime), data: {
      shipment: row.shipmentId, version: row.version, warehouse: row.site, shippedAt: fromEpochMs(row.goodsIssueTime), ...(row.carrierCode ? { carrier: row.carrierCode } : {}), ...(row.trackingNo ? { tracking: row.trackingNo } : {}),
      reversed: row.status === "CANCELLED",
      lines: row.lines.map((line) => {
        const request = readReleaseRef(line.clientRef)?.request;
        const lots = (line.lots ?? []).map(({ lotNo }) => lotNo).join("+").slice(0, 80);
        return {
          shipmentLine: String(line.shipLine), order: line.salesOrderNo, orderLine: line.lineRef, ...(request === undefined ? {} : { request }), item: line.sku, quantity: decimalOf(line.qty),
          ...(line.catchWeight ? { weight: decimalOf(line.catchWeight.value) } : {}), ...(lots === "" ? {} : { lot: lots }), ...(line.serials?.length ? { serials: line.serials } : {}),
          substitute: line.orderedSku != null && line.orderedSku !== line.sku,
        };
      }),
    },
  });
}

const dispositions = { RESTOCK: "restock", SCRAP: "scrap", TO_SUPPLIER: "to_supplier", SEND_BACK: "sent_back" } as const;
function returned(row: ReturnReceipt): Said {
  return said({
    type: "return.received", at: fromEpochMs(row.receivedTime), data: {
      return: row.rmaNo, version: row.version, order: row.salesOrderNo, receivedAt: fromEpochMs(row.receivedTime), warehouse: row.site, receipt: row.receiptId,
      lines: row.lines.filter(({ qty }) => qty > 0).map((line) => {
        const disposition = line.disposition == null ? null : dispositions[line.disposition];
        return { line: line.lineRef, item: line.sku, quantity: decimalOf(line.qty), ...(disposition ? { disposition } : {}) };
      }),
    },
  });
}
