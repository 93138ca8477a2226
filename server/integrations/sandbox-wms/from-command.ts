import { dec, type Decimal } from "@/server/domain/decimal";
import type { Address } from "@/server/domain/contracts/shared";
import type { CommandPayloads } from "@/server/domain/payloads";
import { ok, type Result } from "@/server/domain/result";
import type { OutboundCommand } from "../contract/connector";
import type { WmsSettings } from "./config";
import { allocationRef, plain, releaseRef } from "./references";

type Body = Record<string, unknown>;

const siteOf = (command: OutboundCommand, warehouse: string | null, settings: WmsSettings): Result<string> => (warehouse === null ? ok(settings.defaultSite) : command.code("warehouse", warehouse));

/** SKU, unit and quantity as StackRight counts them. Payload quantities are base units. */
function goods(command: OutboundCommand, item: string, quantity: Decimal): Result<Body> {
  const sku = command.code("item", item);
  if (!sku.ok) return sku;
  const uom = command.code("base_unit", item);
  return uom.ok ? ok({ sku: sku.value, uom: uom.value, qty: quantity.toNumber() }) : uom;
}

/** Asks for what earlier revisions have not given out yet; the payload's quantity is absolute for the line. */
export function allocationRequest(command: OutboundCommand, settings: WmsSettings, before: Decimal): Result<Body> {
  const payload = command.payload as unknown as CommandPayloads["request_allocation"];
  const site = siteOf(command, payload.warehouse, settings);
  if (!site.ok) return site;
  const line = goods(command, payload.item, dec(payload.quantity).minus(before));
  if (!line.ok) return line;
  const clientRef = allocationRef({ entity: command.entity, order: payload.order, line: payload.line, revision: payload.revision, before: plain(before) });
  return ok({ clientRef, site: site.value, salesOrderNo: payload.order, lines: [{ lineRef: payload.line, ...line.value }] });
}

/** A line goes by our name of the goods in every document, a kit's piece by its own: reservation, request, recall and shipment speak of one thing. */
export function releaseRequest(command: OutboundCommand, settings: WmsSettings, allocationId: string | null): Result<Body> {
  const payload = command.payload as unknown as CommandPayloads["release_to_warehouse"];
  const site = siteOf(command, payload.warehouse, settings);
  if (!site.ok) return site;
  const carrier: Result<string> = payload.carrier === null ? ok(settings.defaultCarrier) : command.code("carrier", payload.carrier);
  if (!carrier.ok) return carrier;
  const lines: Body[] = [];
  for (const line of payload.lines) {
    const made = goods(command, line.item, dec(line.quantity));
    if (!made.ok) return made;
    lines.push({ lineRef: line.line, ...made.value, substitutionAllowed: line.substitutionAllowed });
  }
  return ok({
    clientRef: releaseRef({ entity: command.entity, request: payload.request, sequence: command.sequence }), site: site.value, allocationId, salesOrderNo: payload.order,
    customerName: payload.shipTo.name ?? payload.customer, shipTo: place(payload.shipTo), carrierCode: carrier.value, requiredShipDate: payload.shipOn?.replaceAll("-", "") ?? null, shipComplete: false, lines,
  });
}

const place = (to: Address): Body => ({ name: to.name ?? "", street: [to.line1, to.line2].filter((part) => part).join(", "), city: to.city ?? "", region: to.state ?? "", zip: to.postalCode ?? "", country: to.country });
