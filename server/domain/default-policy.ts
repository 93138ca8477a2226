import type { Capability } from "./commands";
import type { Policy, Route } from "./policy";

/** P20: every route observes until an administrator sets a mode and a managed-from date and a second person confirms. */
const observing = (capability: Capability, connector: string): Route => ({ document: "*", capability, connector, mode: "observe", managedFrom: null });

/**
 * The defaults of domain reference 2.10 and 2.11, for US01 in US dollars, Monday to Friday 08:00 to 17:00. Version 0: any
 * stored version replaces it, and takes from here what it leaves out.
 */
export const defaultPolicy: Policy = {
  version: 0, entity: "US01", currency: "USD",
  calendar: { zone: "America/New_York", workdays: [1, 2, 3, 4, 5], opens: 8 * 60, closes: 17 * 60, holidays: [] },
  routes: [
    observing("orders", "shop"), observing("warehouse", "wms"), observing("transport", "carrier"), observing("finance", "erp"),
    observing("tax", "tax"), observing("payments", "payments"), observing("crm", "crm"),
  ],
  billingTrigger: "shipment", priceTolerance: { fraction: "0.01", amount: "5.00" }, overShipmentTolerance: "0", writeOffUpTo: "1.00",
  duplicateWindowDays: 365, duplicateContentHours: 24, invoiceApprovalAbove: "25000", invoiceTwoApprovalsAbove: "100000",
  taxTolerance: { fraction: "0.001", amount: "1.00" }, unseenDocumentWaitMinutes: 30, backorderAskMinutes: 24 * 60, stockPaceSeconds: 60, exposureHorizonDays: 30, reservationDays: 5,
  overdueDays: 15, overdueAbove: "100.00", creditApprovalAbove: "1000", refundApprovalAbove: "500", leadTimeDays: 0,
  terms: {
    net30: { days: 30, endOfMonth: false, advance: false }, net60: { days: 60, endOfMonth: false, advance: false },
    eom30: { days: 30, endOfMonth: true, advance: false }, advance: { days: 0, endOfMonth: false, advance: true },
  },
  systemsOfRecord: { order: "shop", customer: "erp", item: "erp", price: "erp", credit: "erp", periods: "erp", allocation: "wms", shipment: "wms", delivery: "carrier", tax: "tax", payment: "payments", receipt: "bank", application: "erp", invoice: "erp" },
};

/** The rules of an entity that was never set up: it keeps what it is told (imported history), and nobody is the system of record of it. */
export const unruledPolicy: Policy = { ...defaultPolicy, systemsOfRecord: {} };
