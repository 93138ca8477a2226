// A second payment provider, so that a checkout on account and one by card are told apart. It keeps what Medusa's own does: no real provider runs offline.
const { ModuleProvider, Modules } = require("@medusajs/framework/utils");
const { SystemPaymentProvider } = require("@medusajs/payment/dist/providers/system");

module.exports = ModuleProvider(Modules.PAYMENT, { services: [SystemPaymentProvider] });
