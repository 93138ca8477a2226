import { datedWebhook } from "../contract/webhooks";
import type { PaymentsSecrets, PaymentsSettings } from "./config";
import { event } from "./wire";

export const webhook = datedWebhook<PaymentsSettings, PaymentsSecrets>("cardwright-signature", event);
