import { ok } from "@/server/domain/result";
import { defineConnector } from "../contract/connector";
import { asResult, readAnswer, verifyUnsupported } from "../contract/outcome";
import { get, system } from "./client";
import { secrets, settings, type CarrierSecrets, type CarrierSettings } from "./config";
import { feeds } from "./feeds";
import { toCanonical } from "./to-canonical";
import { webhook } from "./verify-webhook";
import { trackings } from "./wire";

export const sandboxCarrier = defineConnector<CarrierSettings, CarrierSecrets>({
  type: "sandbox-carrier", title: system, grade: "sandbox", capabilities: ["transport"], settings, secrets,
  limits: { concurrency: 4, perMinute: 600, callTimeoutMs: 10_000 },
  serializeBy: () => null,
  cannot: ["take orders: the warehouse announces parcels", "find a shipment whose number the warehouse did not give it"],
  commands: {}, feeds, webhook,
  check: async (session) => {
    const read = asResult(readAnswer(await get(session, "trackings?page=1&perPage=1"), trackings, system), "trackings");
    return read.ok ? ok({ detail: "It answers and parcels are readable" }) : read;
  },
  send: (_, command) => Promise.resolve({ kind: "rejected", failure: { code: "TEC-05", message: `${system} cannot do ${command.kind}` } }),
  lookup: () => Promise.resolve({ kind: "failed", failure: { code: "TEC-04", message: `${system} has nothing of ours to be found` } }),
  verify: verifyUnsupported(system), toCanonical,
});
