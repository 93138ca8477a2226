const { defineConfig } = require("@medusajs/framework/utils");

const { DATABASE_URL, LEDGERLINE } = process.env;
const nowhere = "http://127.0.0.1";

module.exports = defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: DATABASE_URL, databaseDriverOptions: { connection: { ssl: false } },
    http: { storeCors: nowhere, adminCors: nowhere, authCors: nowhere, jwtSecret: "only-on-loopback", cookieSecret: "only-on-loopback" },
  },
  // As a customer adds it. Without a tower it waits for one that never answers.
  modules: [{ resolve: "@medusajs/medusa/payment", options: { providers: [{ resolve: require.resolve("./card-provider.js"), id: "card" }] } }, { resolve: "ledgerline-medusa", options: { url: nowhere, connector: "shop", secret: "none", ...JSON.parse(LEDGERLINE ?? "{}") } }],
});
