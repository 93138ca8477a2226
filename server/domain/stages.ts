/** Order-to-cash and return-to-credit stages (domain reference 2.3, 2.5). The clock of a stage runs on a slice, half-open `[start, stop)`. */
export type StageTarget = { clock: "wall" | "business"; minutes: number } | { clock: "business_day"; days: number } | { clock: "date" } | null;

export const stageTable = {
  transit: { no: 10, parallel: false, starts: "placed at source", stops: "first message stored", unit: "order", holder: "source", target: { clock: "wall", minutes: 5 } },
  intake: { no: 20, parallel: false, starts: "message stored", stops: "canonical order accepted", unit: "order", holder: "tower; on CTR or MAP exception its owner", target: { clock: "wall", minutes: 1 } },
  validate: { no: 30, parallel: false, starts: "accepted", stops: "customer, item, quantity, price, address, channel and estimated tax all answered", unit: "line", holder: "tower, or the target asked; order desk on ORD exception", target: { clock: "wall", minutes: 5 } },
  approve: { no: 40, parallel: false, starts: "validated", stops: "last order-level hold released", unit: "order", holder: "the hold's owner (credit, order desk, compliance; customer for PREPAYMENT_DUE)", target: { clock: "business", minutes: 240 } },
  scheduled: { no: 50, parallel: false, starts: "approved", stops: "release date reached = requested ship date − lead time", unit: "line", holder: "customer (own date); clock paused", target: null },
  allocate: { no: 60, parallel: false, starts: "approved and release date reached", stops: "quantity reserved, or split off as back order", unit: "line", holder: "tower, or the allocating system", target: { clock: "wall", minutes: 15 } },
  backorder: { no: 65, parallel: false, starts: "allocation answered \"not available\"", stops: "reserved, substituted or cancelled", unit: "line", holder: "purchasing (or supplier, when a purchase line is pegged)", target: { clock: "date" } },
  release: { no: 70, parallel: false, starts: "reserved", stops: "warehouse or supplier accepted the request", unit: "request", holder: "tower, then target", target: { clock: "wall", minutes: 15 } },
  fulfil: { no: 80, parallel: false, starts: "request accepted", stops: "shipment confirmed (goods issue)", unit: "request line", holder: "warehouse, or supplier for drop-ship", target: { clock: "date" } },
  notify: { no: 85, parallel: true, starts: "shipped", stops: "customer and channel confirmed told", unit: "shipment", holder: "tower, then source or partner", target: { clock: "wall", minutes: 15 } },
  deliver: { no: 90, parallel: true, starts: "shipped", stops: "delivered, refused or lost", unit: "shipment", holder: "carrier", target: { clock: "date" } },
  bill_wait: { no: 100, parallel: false, starts: "shipped", stops: "billing trigger reached (at once when billed on shipment)", unit: "shipment line", holder: "nobody: calendar; carrier when billed on delivery", target: { clock: "date" } },
  bill_control: { no: 110, parallel: false, starts: "billing trigger", stops: "tax determined and last invoice hold released", unit: "billing unit", holder: "exception owner, else hold owner, else tax service", target: { clock: "business", minutes: 240 } },
  post: { no: 120, parallel: false, starts: "posting command ready", stops: "posted (read back)", unit: "billing unit", holder: "tower, then target", target: { clock: "wall", minutes: 5 } },
  send: { no: 130, parallel: true, starts: "posted", stops: "sent", unit: "invoice", holder: "tower, then partner", target: { clock: "business", minutes: 60 } },
  collect: { no: 140, parallel: false, starts: "posted", stops: "receipts in hand cover the total", unit: "invoice", holder: "customer", target: { clock: "date" } },
  apply: { no: 150, parallel: false, starts: "receipt recorded", stops: "receipt fully applied, refunded or placed on account by decision", unit: "receipt", holder: "cash application", target: { clock: "business_day", days: 1 } },
  closed: { no: 160, parallel: false, starts: "settled and commercially complete", stops: "–", unit: "order", holder: "–", target: null },
  return_request: { no: 210, parallel: false, starts: "customer asked", stops: "authorised or refused", unit: "return", holder: "returns desk", target: { clock: "business_day", days: 1 } },
  return_inbound: { no: 220, parallel: false, starts: "authorised", stops: "received, or authorisation expired", unit: "return line", holder: "customer", target: { clock: "date" } },
  inspect: { no: 230, parallel: false, starts: "received", stops: "disposition set for every unit (restock, scrap, to supplier, back to customer)", unit: "return line", holder: "warehouse", target: { clock: "business_day", days: 2 } },
  credit_control: { no: 240, parallel: false, starts: "disposition set", stops: "last credit hold released, tax computed", unit: "return", holder: "billing, finance", target: { clock: "business_day", days: 1 } },
  credit_post: { no: 250, parallel: false, starts: "credit command ready", stops: "credit posted", unit: "return", holder: "tower, target", target: { clock: "wall", minutes: 5 } },
  credit_settle: { no: 260, parallel: false, starts: "credit posted", stops: "applied or refunded in full", unit: "credit", holder: "cash, payment provider", target: { clock: "business_day", days: 5 } },
} as const satisfies Record<string, { no: number; parallel: boolean; starts: string; stops: string; unit: string; holder: string; target: StageTarget }>;
export type Stage = keyof typeof stageTable;
export const stages = Object.keys(stageTable) as Stage[];

/** Who must act next on a slice; exactly one at any instant (2.4). A target is `target:<connector>`. */
export const fixedHolders = ["source", "tower", "order_desk", "master_data", "returns_desk", "logistics", "compliance", "payment_provider", "bank", "pricing", "credit", "tax", "billing", "cash", "purchasing", "payables", "finance", "integration", "warehouse", "supplier", "carrier", "partner", "customer", "calendar", "controller"] as const;
export type Holder = (typeof fixedHolders)[number] | `target:${string}`;

export const milestoneNames = ["placed", "received", "accepted", "validated", "credit_cleared", "acknowledged", "allocated", "released", "picked", "packed", "shipped", "customer_told", "delivered", "billing_due", "tax_determined", "invoice_posted", "tax_committed", "invoice_sent", "due", "receipt_recorded", "receipt_applied", "settled", "closed", "return_requested", "return_authorised", "return_received", "inspected", "credit_due", "credit_posted", "credit_settled", "po_issued", "po_acknowledged", "ship_notice", "goods_received", "supplier_invoice_received", "matched", "payment_approved", "payable_posted", "supplier_paid"] as const;
export type MilestoneName = (typeof milestoneNames)[number];
