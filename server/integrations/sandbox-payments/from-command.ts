import type { CommandPayloads } from "@/server/domain/payloads";

/**
 * Our reference on a capture says whose money it is: `<natural key> <invoice> <order>`. Cardwright repeats it in its events,
 * which name neither; none of the three holds a blank.
 */
export const captureReference = (payload: CommandPayloads["capture_payment"]): string => `${payload.reference} ${payload.invoice} ${payload.order}`;

export interface CaptureSubject { key: string; invoice: string; order: string; payer: string }
export function readCaptureReference(reference: string | null | undefined): CaptureSubject | null {
  const [key, invoice, order, more] = (reference ?? "").split(" ");
  if (!key?.startsWith("capture_payment|") || !invoice || !order || more !== undefined) return null;
  // The bill-to is in the billing unit's key: shipment / bill-to / currency / terms / part.
  const payer = /:billing_unit:.+?\/([^/|]+)\/[A-Z]{3}\//.exec(key)?.[1];
  return payer === undefined ? null : { key, invoice, order, payer };
}
