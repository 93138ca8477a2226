import type { MedusaServer } from "./server";

export interface Placed { id: string; number: string }

/** A checkout as a buyer's browser does it. */
export async function checkout({ url, publishableKey, variants, region, salesChannel, shipping, buyer }: MedusaServer, items: Readonly<Record<string, number>>, { coupon, provider = "pp_system_default" }: { coupon?: string; provider?: "pp_system_default" | "pp_system_card" } = {}): Promise<Placed> {
  const store = async (at: string, body: object): Promise<any> => { // eslint-disable-line @typescript-eslint/no-explicit-any -- foreign JSON, asserted on in tests
    const answer = await fetch(`${url}/store/${at}`, { method: "POST", headers: { "content-type": "application/json", "x-publishable-api-key": publishableKey }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${at}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const shipTo = { first_name: "Dana", last_name: "Whitfield", company: "Harbor Supply", address_1: "400 Wharf St", address_2: "Dock 2", city: "Springfield", province: "us-il", postal_code: "62701", country_code: "us" };
  const { cart } = await store("carts", { region_id: region, sales_channel_id: salesChannel, email: buyer, shipping_address: shipTo, items: Object.entries(items).map(([sku, quantity]) => ({ variant_id: variants[sku], quantity })) });
  if (coupon) await store(`carts/${cart.id}/promotions`, { promo_codes: [coupon] });
  await store(`carts/${cart.id}/shipping-methods`, { option_id: shipping });
  const { payment_collection: collection } = await store("payment-collections", { cart_id: cart.id });
  await store(`payment-collections/${collection.id}/payment-sessions`, { provider_id: provider });
  const { order } = await store(`carts/${cart.id}/complete`, {});
  return { id: order.id as string, number: `${order.display_id as number}-${(order.id as string).slice(-6)}` };
}

/** What a clerk does in the admin, one verb each. */
export const deskOf = ({ ask, location, reason, wayBack }: MedusaServer) => {
  const read = async (id: string) => (await ask("GET", `/admin/orders/${id}?fields=*items,*items.detail,*fulfillments,*fulfillments.items,*fulfillments.labels,*payment_collections.payments,*payment_collections.payments.captures,*shipping_address,+metadata,+updated_at,+total,+tax_total`)).order;
  const returning = async (id: string, lines: Readonly<Record<string, number>>, charged = false): Promise<string> => {
    const { return: { id: back } } = await ask("POST", "/admin/returns", { order_id: id, location_id: location });
    await ask("POST", `/admin/returns/${back}/request-items`, { items: Object.entries(lines).map(([line, quantity]) => ({ id: line, quantity, reason_id: reason, internal_note: "dented" })) });
    if (charged) await ask("POST", `/admin/returns/${back}/shipping-method`, { shipping_option_id: wayBack });
    await ask("POST", `/admin/returns/${back}/request`, {});
    return back as string;
  };
  return {
    read, returning,
    capture: async (id: string, amount?: number) => ask("POST", `/admin/payments/${(await read(id)).payment_collections[0].payments[0].id}/capture`, amount === undefined ? {} : { amount }),
    refund: async (id: string, amount: number) => ask("POST", `/admin/payments/${(await read(id)).payment_collections[0].payments[0].id}/refund`, { amount, note: "RMA" }),
    /** What was captured and given back of an order's payment, in cents. */
    moneyOf: async (id: string): Promise<{ captured: number[]; refunded: number[] }> => {
      const { payment_collections } = (await ask("GET", `/admin/orders/${id}?fields=*payment_collections.payments,*payment_collections.payments.captures,*payment_collections.payments.refunds`)).order as { payment_collections: { payments: { captures: { amount: number }[]; refunds: { amount: number }[] }[] }[] };
      const payment = payment_collections[0]?.payments[0] ?? { captures: [], refunds: [] };
      const inCents = (rows: { amount: number }[]): number[] => rows.map(({ amount }) => Math.round(amount * 100));
      return { captured: inCents(payment.captures), refunded: inCents(payment.refunds) };
    },
    /** What Medusa has of an item in its only location, and what of it is reserved. */
    stockOf: async (sku: string): Promise<{ stocked: number; reserved: number }> => {
      const { inventory_items: [item] } = await ask("GET", `/admin/inventory-items?sku=${sku}&fields=*location_levels`) as { inventory_items: { location_levels: { stocked_quantity: number; reserved_quantity: number }[] }[] };
      return { stocked: item?.location_levels[0]?.stocked_quantity ?? 0, reserved: item?.location_levels[0]?.reserved_quantity ?? 0 };
    },
    /** Written over by hand. */
    count: async (sku: string, stocked_quantity: number) => ask("POST", `/admin/inventory-items/${((await ask("GET", `/admin/inventory-items?sku=${sku}`)) as { inventory_items: { id: string }[] }).inventory_items[0]?.id ?? ""}/location-levels/${location}`, { stocked_quantity }),
    moveTo: async (id: string, address_1: string) => ask("POST", `/admin/orders/${id}`, { shipping_address: { address_1 } }),
    cancel: async (id: string) => ask("POST", `/admin/orders/${id}/cancel`, {}),
    /** Answers the fulfilment's id. */
    ship: async (id: string, line: string, quantity: number, code: string): Promise<string> => {
      const before = new Set(((await read(id)).fulfillments as { id: string }[]).map((one) => one.id));
      await ask("POST", `/admin/orders/${id}/fulfillments`, { items: [{ id: line, quantity }], location_id: location });
      const made = ((await read(id)).fulfillments as { id: string }[]).find((one) => !before.has(one.id))?.id ?? "";
      await ask("POST", `/admin/orders/${id}/fulfillments/${made}/shipments`, { items: [{ id: line, quantity }], labels: [{ tracking_number: code, tracking_url: "#", label_url: "#" }] });
      return made;
    },
    deliver: async (id: string, fulfilment: string) => ask("POST", `/admin/orders/${id}/fulfillments/${fulfilment}/mark-as-delivered`, {}),
    cancelReturn: async (back: string) => ask("POST", `/admin/returns/${back}/cancel`, {}),
    /** Of a return: what goes back into stock, and what does not. */
    receive: async (back: string, line: string, { good = 0, dismissed = 0 }: { good?: number; dismissed?: number }) => {
      await ask("POST", `/admin/returns/${back}/receive`, {});
      if (good > 0) await ask("POST", `/admin/returns/${back}/receive-items`, { items: [{ id: line, quantity: good }] });
      if (dismissed > 0) await ask("POST", `/admin/returns/${back}/dismiss-items`, { items: [{ id: line, quantity: dismissed }] });
      await ask("POST", `/admin/returns/${back}/receive/confirm`, {});
    },
    setQuantity: async (id: string, line: string, quantity: number) => {
      await ask("POST", "/admin/order-edits", { order_id: id });
      await ask("POST", `/admin/order-edits/${id}/items/item/${line}`, { quantity });
      await ask("POST", `/admin/order-edits/${id}/request`, {});
      await ask("POST", `/admin/order-edits/${id}/confirm`, {});
    },
    exchange: async (id: string, line: string, variant: string) => {
      const { exchange } = await ask("POST", "/admin/exchanges", { order_id: id });
      await ask("POST", `/admin/exchanges/${exchange.id}/inbound/items`, { items: [{ id: line, quantity: 1, reason_id: reason }], location_id: location });
      await ask("POST", `/admin/exchanges/${exchange.id}/outbound/items`, { items: [{ variant_id: variant, quantity: 1 }] });
      await ask("POST", `/admin/exchanges/${exchange.id}/request`, {});
    },
    claim: async (id: string, line: string, { sentBack, replacement }: { sentBack: boolean; replacement?: string }) => {
      const { claim } = await ask("POST", "/admin/claims", { order_id: id, type: replacement === undefined ? "refund" : "replace" });
      await ask("POST", `/admin/claims/${claim.id}/claim-items`, { items: [{ id: line, quantity: 1, reason: "production_failure" }] });
      if (sentBack) await ask("POST", `/admin/claims/${claim.id}/inbound/items`, { items: [{ id: line, quantity: 1 }], location_id: location });
      if (replacement !== undefined) await ask("POST", `/admin/claims/${claim.id}/outbound/items`, { items: [{ variant_id: replacement, quantity: 1 }] });
      await ask("POST", `/admin/claims/${claim.id}/request`, {});
    },
  };
};
