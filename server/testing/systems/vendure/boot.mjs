// Boots the real Vendure on loopback with believable wholesale data and the plugin that this project ships, and tells its parent
// `{ ready: { url, apiKey, … } }` over the channel. It ends with its parent. Given as JSON in the first argument:
// install (folder with Vendure's node_modules), port, database (file that keeps its data; absent: memory only), tower ({ url, connector, secret } or absent), apiKey (that of an earlier start, or absent).
import { cpSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const { install, port, database, tower, apiKey } = JSON.parse(process.argv[2] ?? "{}");
const here = path.dirname(fileURLToPath(import.meta.url));
// As a customer installs it: a folder of its own among the server's packages.
cpSync(path.join(here, "../../../integrations/vendure/ledgerline-vendure"), path.join(install, "node_modules/ledgerline-vendure"), { recursive: true });
const require = createRequire(path.join(install, "package.json"));
const vendure = require("@vendure/core");
const { populate } = require("@vendure/core/cli");
const { LedgerlinePlugin } = require("ledgerline-vendure");

const superadmin = { identifier: "superadmin", password: "only-on-loopback" };
/** sql.js writes its file in place, so a kill in between would leave half of it. */
const save = (data) => { writeFileSync(`${database}.new`, data); renameSync(`${database}.new`, database); };
const config = {
  apiOptions: { hostname: "127.0.0.1", port, adminApiPath: "admin-api", shopApiPath: "shop-api", cors: false },
  authOptions: { tokenMethod: ["bearer", "api-key"], superadminCredentials: superadmin, requireVerification: false },
  dbConnectionOptions: { type: "sqljs", synchronize: true, logging: false, ...(database ? { location: database, autoSave: true, autoSaveCallback: save } : { autoSave: false }) },
  paymentOptions: { paymentMethodHandlers: [vendure.dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: here },
  plugins: [vendure.DefaultJobQueuePlugin.init({ pollInterval: 200 }), ...(tower ? [LedgerlinePlugin.init({ ...tower, pollMs: 100, firstRetryMs: 200, longestRetryMs: 1000, timeoutMs: 2000 })] : [])],
  logger: new vendure.DefaultLogger({ level: vendure.LogLevel.Error }),
};
const method = (name, automaticSettle) => ({ name, handler: { code: "dummy-payment-handler", arguments: [{ name: "automaticSettle", value: String(automaticSettle) }] } });
const initialData = {
  defaultLanguage: "en", defaultZone: "Americas", roles: [], collections: [],
  countries: [{ name: "United States", code: "US", zone: "Americas" }], taxRates: [{ name: "Sales tax", percentage: 8 }],
  shippingMethods: [{ name: "Ground", price: 1500, taxRate: 8 }],
  paymentMethods: [method("Card", false), method("Prepaid", true), method("Net 30", false)],
};

let token = null;
const url = `http://127.0.0.1:${port}`;
async function admin(query, variables) {
  const answer = await fetch(`${url}/admin-api`, { method: "POST", headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify({ query, variables }) });
  token = answer.headers.get("vendure-auth-token") ?? token;
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  for (const value of Object.values(data)) if (value?.errorCode) throw new Error(`${value.errorCode}: ${value.message}`);
  return data;
}
const buyers = [["Dana", "Whitfield", "purchasing@harborsupply.example"], ["Luis", "Ortega", "orders@prairieplumbing.example"]];

async function seed() {
  const coupon = { enabled: true, couponCode: "SPRING10", conditions: [], actions: [{ code: "order_percentage_discount", arguments: [{ name: "discount", value: "10" }] }], translations: [{ languageCode: "en", name: "Spring order, 10 % off", description: "" }] };
  await admin("mutation($input: CreatePromotionInput!) { createPromotion(input: $input) { ... on Promotion { id } ... on ErrorResult { errorCode message } } }", { input: coupon });
  for (const [firstName, lastName, emailAddress] of buyers)
    await admin("mutation($input: CreateCustomerInput!) { createCustomer(input: $input, password: \"wholesale-1\") { ... on Customer { id } ... on ErrorResult { errorCode message } } }", { input: { firstName, lastName, emailAddress } });
}

/** A key with no more rights than the connector needs (docs/connectors.md). */
async function createKey() {
  const input = { code: `tower-${Date.now()}`, description: "Ledgerline", permissions: ["ReadOrder", "UpdateOrder", "ReadCatalog", "ReadCustomer", "ReadStockLocation", "UpdateProduct"] };
  const { createRole } = await admin("mutation($input: CreateRoleInput!) { createRole(input: $input) { id } }", { input });
  const { createApiKey } = await admin("mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }", { input: { roleIds: [createRole.id], translations: [{ languageCode: "en", name: "Ledgerline" }] } });
  return createApiKey.apiKey;
}

const isNew = !database || !existsSync(database);
const app = isNew ? await populate(() => vendure.bootstrap(config), initialData, path.join(here, "products.csv")) : await vendure.bootstrap(config);
process.on("disconnect", () => { void app.close().finally(() => process.exit(0)); });
await admin("mutation($username: String!, $password: String!) { login(username: $username, password: $password) { ... on CurrentUser { id } ... on ErrorResult { errorCode message } } }", { username: superadmin.identifier, password: superadmin.password });
if (isNew) await seed();
process.send?.({ ready: { url, apiKey: (!isNew && apiKey) || (await createKey()), token, version: vendure.VENDURE_VERSION, buyers: buyers.map(([, , address]) => address), password: "wholesale-1" } });
