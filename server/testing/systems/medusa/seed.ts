import type { Ask } from "./server";

/** What a test needs to know of the seeded shop. */
export interface Shop {
  /** Id of the variant by SKU. */
  variants: Record<string, string>;
  region: string; salesChannel: string; location: string; shipping: string; wayBack: string; reason: string;
  /** Key of the shop's own front, as a buyer's browser has it. */
  publishableKey: string;
  /** Secret key of the connector. */
  apiKey: string;
  buyer: string;
}

const items = [["HOSE-50", "Hose 50 ft", 33.33], ["PTFE-520", "PTFE tape 520", 0.79], ["VALVE-12", "Ball valve 1/2 in", 12.5], ["GAUGE-100", "Gauge 100 psi", 23.1]] as const;
const buyer = { email: "purchasing@harborsupply.example", company_name: "Harbor Supply", first_name: "Dana", last_name: "Whitfield" };

/** A small wholesale shop with 8 % sales tax, a coupon, and a way there and back for what it sells. */
export async function seed(ask: Ask): Promise<Shop> {
  const { region } = await ask("POST", "/admin/regions", { name: "United States", currency_code: "usd", countries: ["us"], payment_providers: ["pp_system_default", "pp_system_card"] });
  await ask("POST", "/admin/tax-regions", { country_code: "us", provider_id: "tp_system", default_tax_rate: { rate: 8, code: "sales", name: "Sales tax" } });
  const { sales_channel: channel } = await ask("POST", "/admin/sales-channels", { name: "Web" });
  const { stock_location: location } = await ask("POST", "/admin/stock-locations", { name: "Main", address: { address_1: "1 Dock Rd", city: "Springfield", country_code: "us" } });
  await ask("POST", `/admin/stock-locations/${location.id}/sales-channels`, { add: [channel.id] });
  await ask("POST", `/admin/stock-locations/${location.id}/fulfillment-providers`, { add: ["manual_manual"] });
  const { stock_location: { fulfillment_sets: [set] } } = await ask("POST", `/admin/stock-locations/${location.id}/fulfillment-sets?fields=*fulfillment_sets`, { name: "Parcels", type: "shipping" });
  const { fulfillment_set: { service_zones: [zone] } } = await ask("POST", `/admin/fulfillment-sets/${set.id}/service-zones`, { name: "United States", geo_zones: [{ type: "country", country_code: "us" }] });
  const { shipping_profile: profile } = await ask("POST", "/admin/shipping-profiles", { name: "Default", type: "default" });
  const way = async (name: string, amount: number, back: boolean): Promise<string> => (await ask("POST", "/admin/shipping-options", {
    name, service_zone_id: zone.id, shipping_profile_id: profile.id, provider_id: "manual_manual", price_type: "flat", type: { label: name, description: name, code: name.toLowerCase() }, prices: [{ currency_code: "usd", amount }],
    rules: [{ attribute: "enabled_in_store", value: "true", operator: "eq" }, { attribute: "is_return", value: String(back), operator: "eq" }],
  })).shipping_option.id as string;
  const shipping = await way("Ground", 15, false), wayBack = await way("Back", 4.5, true);
  const variants: Record<string, string> = {};
  for (const [sku, title, amount] of items) {
    const { product } = await ask("POST", "/admin/products", { title, status: "published", shipping_profile_id: profile.id, sales_channels: [{ id: channel.id }], options: [{ title: "Pack", values: ["One"] }], variants: [{ title: "One", sku, manage_inventory: true, options: { Pack: "One" }, prices: [{ currency_code: "usd", amount }] }] });
    variants[sku] = product.variants[0].id as string;
    const { inventory_items: [stock] } = await ask("GET", `/admin/inventory-items?sku=${sku}`);
    await ask("POST", `/admin/inventory-items/${stock.id}/location-levels`, { location_id: location.id, stocked_quantity: 100_000 });
  }
  await ask("POST", "/admin/promotions", { code: "SPRING10", type: "standard", status: "active", is_automatic: false, application_method: { type: "percentage", target_type: "items", allocation: "across", value: 10, currency_code: "usd" } });
  const { return_reason: reason } = await ask("POST", "/admin/return-reasons", { value: "damaged", label: "Damaged" });
  await ask("POST", "/admin/customers", buyer);
  const { api_key: front } = await ask("POST", "/admin/api-keys", { title: "Front", type: "publishable" });
  await ask("POST", `/admin/api-keys/${front.id}/sales-channels`, { add: [channel.id] });
  const { api_key: own } = await ask("POST", "/admin/api-keys", { title: "Ledgerline", type: "secret" });
  return { variants, region: region.id, salesChannel: channel.id, location: location.id, shipping, wayBack, reason: reason.id, publishableKey: front.token, apiKey: own.token, buyer: buyer.email };
}
