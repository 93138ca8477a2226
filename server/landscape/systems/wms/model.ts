/** StackRight's documents: shapes as in API.md. Quantities are numbers in the stock unit, times epoch milliseconds. */
export interface AllocationLine {
  lineRef: string;
  sku: string;
  uom: string;
  qtyRequested: number;
  qtyAllocated: number;
  qtyBackordered: number;
  qtyReleased: number;
  expectedDate: string | null;
}

export interface Allocation {
  allocationId: string;
  clientRef: string;
  version: number;
  status: 'FULL' | 'PARTIAL' | 'NONE' | 'CLOSED';
  site: string;
  salesOrderNo: string;
  lines: AllocationLine[];
  createdTime: number;
  changedTime: number;
}

export interface PickLine {
  lineRef: string;
  sku: string;
  uom: string;
  qtyRequested: number;
  qtyPicked: number;
  qtyPacked: number;
  qtyShipped: number;
  qtyOver: number;
  qtyShort: number;
  qtyRecalled: number;
  qtyInProcess: number;
}

export interface PickRequest {
  pickRequestId: string;
  clientRef: string;
  version: number;
  status: 'NEW' | 'PICKING' | 'PICKED' | 'PACKED' | 'CLOSED' | 'RECALLED';
  site: string;
  allocationId: string | null;
  salesOrderNo: string;
  carrierCode: string;
  shipTo: object | null;
  lines: PickLine[];
  shipments: string[];
  createdTime: number;
  changedTime: number;
}

export interface ShipmentLine {
  shipLine: number;
  pickRequestId: string;
  clientRef: string;
  salesOrderNo: string;
  lineRef: string;
  sku: string;
  orderedSku: string;
  uom: string;
  qty: number;
  lots: { lotNo: string; qty: number }[];
  serials: string[];
  catchWeight: { value: number; uom: string } | null;
}

export interface Shipment {
  shipmentId: string;
  version: number;
  status: 'CONFIRMED' | 'CORRECTED' | 'CANCELLED';
  site: string;
  goodsIssueTime: number;
  goodsIssueDate: string;
  carrierCode: string;
  trackingNo: string;
  weightGrams: number;
  correctionReason: string | null;
  shipTo: object | null;
  changedTime: number;
  lines: ShipmentLine[];
}

export interface ReturnReceipt {
  receiptId: string;
  version: number;
  rmaNo: string;
  salesOrderNo: string;
  site: string;
  status: 'RECEIVED' | 'INSPECTED';
  receivedTime: number;
  receivedDate: string;
  lines: { lineRef: string; sku: string; uom: string; qty: number; disposition: string | null; lotNo: string | null; serials: string[] }[];
}

export interface Sku {
  sku: string;
  text: string;
  stockUom: string;
  uoms: { uom: string; num: number; den: number }[];
  active: boolean;
  tracking: 'NONE' | 'LOT' | 'SERIAL';
  weightGrams: number;
}

export interface StockLevel {
  site: string;
  sku: string;
  onHand: number;
  allocated: number;
  version: number;
  changedTime: number;
}

/** What the workers will do with one line of one pick request: the n-th request for a line uses the n-th attempt. */
export interface PickAttempt {
  /** How much of what is asked gets shipped; absent = all. In the stock unit. */
  ship?: number;
  /** Split over several shipments, in turn. */
  parts?: number[];
  /** Shipped on top of what was asked. */
  over?: number;
  /** This much of it goes out as another SKU. */
  substitute?: { sku: string; quantity: number };
  /** What becomes of the rest: closed short (default), or left in process until recalled. */
  rest?: 'short' | 'wait';
}

export interface Plan {
  salesOrderNo: string;
  lines: Record<string, PickAttempt[]>;
  used: Record<string, number>;
  /** A recount some simulated minutes after the (first) shipment of the line: the new total of that shipment line. */
  correction?: { lineRef: string; quantity: number; afterMinutes: number };
}

export interface Job {
  id: string;
  due: number;
  kind: 'pick' | 'pack' | 'ship' | 'correct' | 'inspect' | 'restock';
  documentId: string;
  wave: number;
}

/** Work decided at the start of picking. */
export interface Wave {
  lineRef: string;
  sku: string;
  qty: number;
}

export interface Work {
  pickRequestId: string;
  /** Reserved stock by line reference. */
  reserved: Record<string, number>;
  waves: Wave[][];
  waiting: string[];
}

export const round6 = (quantity: number): number => Math.round(quantity * 1e6) / 1e6;
export const compactDate = (time: number): string => new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
