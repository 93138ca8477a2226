import type { CommandPayloads } from "@/server/domain/payloads";
import { ok, type Result } from "@/server/domain/result";
import type { OutboundCommand } from "../contract/connector";

type Body = Record<string, unknown>;
const channels = new Set(["email", "edi", "portal"]);

export function messageRequest(command: OutboundCommand): Result<Body> {
  const account = command.code("customer", String(command.payload["customer"]));
  if (!account.ok) return account;
  return ok({ AccountId: account.value, ...(command.kind === "send_invoice" ? invoice(command.payload as unknown as CommandPayloads["send_invoice"]) : shipmentNotice(command.payload as unknown as CommandPayloads["notify_shipment"])) });
}

/** A channel that Kindred does not know (the order's own, such as `web`) leaves the choice to the account. */
const invoice = (payload: CommandPayloads["send_invoice"]): Body => ({
  ContactRole: "payables", Template: "INVOICE", ...(channels.has(payload.channel) ? { Channel: payload.channel } : {}), Subject: `Invoice ${payload.invoice}`,
  Body: `Please find invoice ${payload.invoice} over ${payload.total} ${payload.currency}.`, RelatedTo: payload.invoice, Data: { invoiceNumber: payload.invoice, total: payload.total, currency: payload.currency },
});

const shipmentNotice = (payload: CommandPayloads["notify_shipment"]): Body => ({
  ContactRole: "purchasing", Template: "SHIPMENT_NOTICE", Subject: payload.revision > 1 ? `Your order ${payload.order}: corrected notice` : `Your order ${payload.order} is on its way`,
  Body: [`Shipment ${payload.shipment} of order ${payload.order}:`, ...payload.lines.map((line) => `${line.quantity} x ${line.item}`), ...(payload.tracking === null ? [] : [`Tracking ${payload.tracking}`])].join("\n").slice(0, 8000),
  RelatedTo: payload.order, Data: { shipment: payload.shipment, revision: payload.revision, shippedAt: payload.shippedAt, ...(payload.tracking === null ? {} : { trackingNumber: payload.tracking }) },
});
