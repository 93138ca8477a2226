import type { Capability, DocumentType } from "./commands";
import type { Instant } from "./instant";
import type { PaymentTerms } from "./payment-terms";

export type RouteMode = "observe" | "propose" | "act";

/** Who serves a capability for a document type, in which mode, and from which moment on (P20). */
export interface Route {
  document: DocumentType | "*";
  capability: Capability;
  connector: string;
  mode: RouteMode;
  /** Documents whose own date is before it are kept and compared, never commanded. Null: not yet live. */
  managedFrom: Instant | null;
}

/** Hours in which business time runs, and the days off. */
export interface BusinessCalendar {
  /** IANA zone. */
  zone: string;
  /** 1 = Monday to 7 = Sunday. */
  workdays: readonly number[];
  /** Minutes from midnight, half-open. */
  opens: number;
  closes: number;
  holidays: readonly string[];
}

/** A version of an entity's rules (domain reference 2.10). Amounts are in the entity's currency. */
export interface Policy {
  version: number;
  entity: string;
  currency: string;
  calendar: BusinessCalendar;
  routes: readonly Route[];
  /** P1. Default shipment. */
  billingTrigger: "shipment" | "delivery";
  /** P7: a hold needs the difference to exceed both. */
  priceTolerance: { fraction: string; amount: string };
  /** P8: fraction of the ordered quantity. */
  overShipmentTolerance: string;
  /** P12. */
  writeOffUpTo: string;
  /** P14. */
  duplicateWindowDays: number;
  duplicateContentHours: number;
  /** P15. */
  invoiceApprovalAbove: string;
  invoiceTwoApprovalsAbove: string;
  /** P18. */
  taxTolerance: { fraction: string; amount: string };
  /** P19, minutes. */
  unseenDocumentWaitMinutes: number;
  /** How long after stock could not be had it is asked for again. */
  backorderAskMinutes: number;
  /** A channel is told of one item's stock at most once in so many seconds, and a count that differs is a drift once it stood for so long. */
  stockPaceSeconds: number;
  /** P22. */
  exposureHorizonDays: number;
  reservationDays: number;
  /** CREDIT_OVERDUE: more than these days past due above this amount. */
  overdueDays: number;
  overdueAbove: string;
  creditApprovalAbove: string;
  refundApprovalAbove: string;
  /** Days from request to ship date that the warehouse needs. */
  leadTimeDays: number;
  /** By terms code; read with `termsOf`, which knows from when on they count. */
  terms: Readonly<Record<string, PaymentTerms>>;
  /** Which connector, or source of an API key, is the system of record for a fact family (2.11). A family that is not named believes whoever speaks. */
  systemsOfRecord: Readonly<Record<string, string>>;
  /** Whom routes of a capability led to before: what they said stays true until their successor speaks of the same. */
  formerSystems?: Readonly<Partial<Record<Capability, readonly string[]>>>;
}

export const routeFor = (policy: Policy, capability: Capability, document: DocumentType): Route | null =>
  policy.routes.find((route) => route.capability === capability && route.document === document) ??
  policy.routes.find((route) => route.capability === capability && route.document === "*") ?? null;

/** Mode in which a document dated `date` travels: `observe` before the managed-from date or without a route. */
export function modeFor(policy: Policy, capability: Capability, document: DocumentType, date: Instant): RouteMode {
  const route = routeFor(policy, capability, document);
  if (!route || route.managedFrom === null || date < route.managedFrom) return "observe";
  return route.mode;
}

/** P12 in a currency. The limit is in the entity's own; no rate says what another is worth, so that nothing is let go there without a person. */
export const writeOffIn = (policy: Pick<Policy, "currency" | "writeOffUpTo">, currency: string): string => (currency === policy.currency ? policy.writeOffUpTo : "0");
