import { createHash, randomUUID } from "node:crypto";
import type { Composition } from "@/server/composition";
import { canonicalJson } from "@/server/domain/commands";
import { cloudEventType, type contracts, type EventType } from "@/server/domain/contracts/registry";
import { defaultPolicy } from "@/server/domain/default-policy";
import type { Policy, Route } from "@/server/domain/policy";
import type { InboundInput } from "@/server/pipeline/ports";
import type { z } from "zod";
import { stubSystems, type StubAddresses } from "./stub-server";

export const entity = "US01";
/** Customers that the orders come from in turn; each has a credit account of its own. */
export const customers = 1_000;
export const items = 50;
const concurrency = 64;
const dawn = "2026-01-01T00:00:00.000Z";

type Input<T extends EventType> = z.input<(typeof contracts)[T]["schema"]>;
const cloudEvent = <T extends EventType>(type: T, id: string, time: string, data: Input<T>) => ({ specversion: "1.0", id, source: "bench", type: cloudEventType(type), time, data });
export type Sent = ReturnType<typeof cloudEvent>;

/** One order with one line (so that it makes seven calls), its own purchase order number, and a quantity that no other order of the customer has: it is nobody's duplicate. */
export const orderEvent = (number: string, serial: number): Sent =>
  orderOf(number, `C-${serial % customers}`, [{ item: `I-${serial % items}`, quantity: 1 + Math.floor(serial / customers), price: "10.00" }]);

/** Its goods never come: an order of it stays open. */
export const lateItem = "I-LATE";
/** A customer with a credit account who orders nothing else in the benchmark. */
export const busyCustomer = "C-BUSY";

export function orderOf(number: string, customer: string, lines: readonly { item: string; quantity: number; price: string }[]): Sent {
  const placed = new Date().toISOString();
  return cloudEvent("order.captured", number, placed, {
    number, version: 1, channel: "web", placed, purchaseOrder: `PO-${number}`, currency: "USD", terms: "net30",
    parties: { sellTo: customer, billTo: customer, shipTo: customer, payer: customer, creditAccount: customer },
    shipToAddress: { line1: "1 Main St", city: "Springfield", postalCode: "62701", state: "IL", country: "US" },
    lines: lines.map(({ item, quantity, price }, index) => ({ line: String(index + 1), item, quantity: String(quantity), unit: "EA", price })),
  });
}

function* masters(): Generator<Sent> {
  const year = new Date().getUTCFullYear();
  const periods = [year - 1, year, year + 1].flatMap((of) => Array.from({ length: 12 }, (_, month) => {
    const name = `${of}-${String(month + 1).padStart(2, "0")}`;
    return { name, from: `${name}-01`, to: new Date(Date.UTC(of, month + 1, 0)).toISOString().slice(0, 10), state: "open" as const };
  }));
  yield cloudEvent("periods.described", "periods", dawn, { calendar: entity, version: 1, periods });
  for (const item of [...Array.from({ length: items }, (_, at) => `I-${at}`), lateItem]) yield cloudEvent("item.described", `item ${item}`, dawn, { item, version: 1, description: `Item ${item}`, state: "active", baseUnit: "EA" });
  for (const customer of [...Array.from({ length: customers }, (_, at) => `C-${at}`), busyCustomer]) {
    yield cloudEvent("customer.described", `customer ${customer}`, dawn, { customer, version: 1, name: `Customer ${customer}`, state: "active", creditAccount: customer, terms: "net30", currency: "USD" });
    yield cloudEvent("credit.positioned", `credit ${customer}`, dawn, { account: customer, version: 1, currency: "USD", limit: "100000000.00", openReceivables: "0.00", asOf: dawn });
  }
}

export const webhookSecret = "not-a-secret-of-vendure";
/** A Vendure whose pushes are the word on orders from now on; it speaks of customers and items as the ERP does. It is never called. */
export async function layVendure({ seeding }: Composition): Promise<void> {
  const settings = { url: "http://127.0.0.1:9", allowPrivateNetwork: true, isSystemOfRecord: true, unit: "EA", payments: { net30: "terms" } };
  await seeding.connector({ id: "vendure", type: "vendure", name: "Vendure", entity, settings, secrets: { apiKey: "not-a-secret", webhookSecret } });
  await seeding.policy({ ...policy, version: 2, systemsOfRecord: { ...policy.systemsOfRecord, order: "vendure" } }, new Date().toISOString());
}

/** Bytes of one event as the front door stores them. */
function inputOf(connector: string, event: Sent): InboundInput {
  const body = Buffer.from(canonicalJson(event));
  return { connector, sourceMessageId: `bench|${event.id}`, digest: createHash("sha256").update(body).digest("hex"), contentType: "application/cloudevents+json", headers: {}, body: new Uint8Array(body), correlationId: randomUUID() };
}

const served = [["tax", "tax"], ["warehouse", "wms"], ["finance", "erp"]] as const;
/** In *act* for the systems that have a stub; the others (shop, carrier, CRM, payments) are not connected. */
const routes: Route[] = served.map(([capability, connector]) => ({ document: "*", capability, connector, mode: "act", managedFrom: dawn }));
const policy: Policy = {
  ...defaultPolicy, version: 1, entity, routes, calendar: { ...defaultPolicy.calendar, zone: "UTC" },
  systemsOfRecord: { ...defaultPolicy.systemsOfRecord, order: "shop", customer: "erp", item: "erp", price: "erp", credit: "erp", periods: "erp", allocation: "wms", shipment: "wms", tax: "tax", invoice: "erp", application: "erp" },
};

/** Entity, rules, connectors and a key for the front door; master data waits in the inbox. Answers the key. */
export async function layGround({ seeding, keys, services }: Composition, stub: StubAddresses): Promise<string> {
  await seeding.basics();
  await seeding.entity({ code: entity, name: "Benchmark", currency: "USD", zone: "UTC" });
  await seeding.connector({ id: "shop", type: "cloud-events", name: "Shop", entity, settings: {}, secrets: {} });
  for (const system of stubSystems)
    await seeding.connector({ id: system, type: "bench-stub", name: system, entity, settings: { url: stub.urls[system], allowPrivateNetwork: true, isSystemOfRecord: true }, secrets: { key: "not-a-secret" }, concurrency, perMinute: 10_000_000 });
  await seeding.policy(policy, dawn);
  await seeding.serviceLevels(entity);
  const all = [...masters()];
  for (let from = 0; from < all.length; from += 500) await services.receive(all.slice(from, from + 500).map((event) => inputOf("erp", event)));
  const key = await keys.create({ name: "bench", entity, source: "shop", scopes: ["events:*"], createdBy: "bench", expiresAt: null });
  if (!key.ok) throw new Error(key.error.message);
  return key.value.secret;
}
