import type { Policy } from "../../domain/policy";

/** Defaults of domain.md 2.10 for US01, every route in *act* since 2000. */
export const testPolicy: Policy = {
  version: 1, entity: "US01", currency: "USD",
  calendar: { zone: "UTC", workdays: [1, 2, 3, 4, 5], opens: 8 * 60, closes: 17 * 60, holidays: [] },
  routes: ([["orders", "shop"], ["warehouse", "wms"], ["transport", "carrier"], ["finance", "erp"], ["tax", "tax"], ["payments", "pay"], ["crm", "crm"]] as const)
    .map(([capability, connector]) => ({ document: "*", capability, connector, mode: "act", managedFrom: "2000-01-01T00:00:00.000Z" })),
  billingTrigger: "shipment", priceTolerance: { fraction: "0.01", amount: "5.00" }, overShipmentTolerance: "0", writeOffUpTo: "1.00",
  duplicateWindowDays: 365, duplicateContentHours: 24, invoiceApprovalAbove: "25000", invoiceTwoApprovalsAbove: "100000",
  taxTolerance: { fraction: "0.001", amount: "1.00" }, unseenDocumentWaitMinutes: 30, backorderAskMinutes: 1440, stockPaceSeconds: 60, exposureHorizonDays: 30, reservationDays: 5,
  overdueDays: 15, overdueAbove: "100.00", creditApprovalAbove: "1000", refundApprovalAbove: "500", leadTimeDays: 0,
  terms: { net30: { days: 30, endOfMonth: false, advance: false }, net60: { days: 60, endOfMonth: false, advance: false }, eom30: { days: 30, endOfMonth: true, advance: false }, advance: { days: 0, endOfMonth: false, advance: true } },
  systemsOfRecord: { order: "shop", customer: "erp", item: "erp", price: "erp", credit: "erp", periods: "erp", allocation: "wms", shipment: "wms", delivery: "carrier", tax: "tax", payment: "pay", receipt: "bank", application: "erp", invoice: "erp" },
};

/** Who says an event of each type where the script names nobody. */
export const speaker = (type: string): string => {
  const [family = ""] = type.split(".");
  if (family === "order" || type === "return.authorised") return "shop";
  if (["shipment", "fulfilment", "stock", "return"].includes(family)) return type === "shipment.delivered" || type === "shipment.expected" ? "carrier" : "wms";
  if (family === "payment" || family === "refund") return "pay";
  if (family === "receipt") return "bank";
  if (family === "tax") return "tax";
  return "erp";
};
