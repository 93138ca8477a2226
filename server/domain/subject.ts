/** What is planned together (domain reference 2.12). The five before the last are named now because keys cannot change later. */
export const subjectKinds = [
  "order", "shipment", "billing_unit", "credit_account", "receipt", "return", "bill_to_account", "master_record",
  "payout", "purchase_order", "supplier_invoice", "blanket", "stock_position",
  "card_authorisation",
] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Code of a legal entity, such as `US01`. */
export type EntityCode = string;

declare const subjectIdBrand: unique symbol;
/**
 * `entity:kind:key`, minted when the document is first seen and never changed: a renumbered document gets an alias.
 * It holds no target system, so rerouting never makes a second document.
 */
export type SubjectId = string & { readonly [subjectIdBrand]: true };

export interface SubjectRef {
  entity: EntityCode;
  kind: SubjectKind;
  /** The document's number in our words; may hold `/` but no blank at its ends. */
  key: string;
}

export const subjectId = (ref: SubjectRef): SubjectId => `${ref.entity}:${ref.kind}:${ref.key}` as SubjectId;

export function parseSubjectId(id: string): SubjectRef {
  const [entity, kind, ...rest] = id.split(":");
  if (entity === undefined || kind === undefined || rest.length === 0 || !(subjectKinds as readonly string[]).includes(kind))
    throw new Error(`not a subject id: ${id}`);
  return { entity, kind: kind as SubjectKind, key: rest.join(":") };
}

/** Key of the billing unit for shipped goods: shipment × bill-to × currency × terms × part. */
export const shipmentBillingUnitKey = (unit: { shipment: string; billTo: string; currency: string; terms: string; part: number }): string =>
  [unit.shipment, unit.billTo, unit.currency, unit.terms, `p${unit.part}`].join("/");

/** What is compared when people look for an identifier: upper case, letters and digits only. Empty where it has none. */
export const normalIdentifier = (value: string): string => value.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
