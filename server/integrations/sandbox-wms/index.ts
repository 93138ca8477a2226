import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport } from "../contract/connector";
import { asResult, verifyUnsupported } from "../contract/outcome";
import { censuses } from "./census";
import { read, system } from "./client";
import { secrets, settings, type WmsSecrets, type WmsSettings } from "./config";
import { feeds } from "./feeds";
import { lookup } from "./lookup";
import { send } from "./send";
import { toCanonical } from "./to-canonical";
import { sites } from "./wire";

const year = 365 * 24 * 3_600_000;
/** The same `clientRef` with the same content answers with the document that is there, without an end (API.md, "There is no idempotency key, but"). */
const byClientRef: CommandSupport = { idempotentForMs: year, lookup: { by: "clientRef", consistency: "read_your_writes", settleMs: 2000, complete: true }, verify: false, provenNotActed: [] };

export const sandboxWms = defineConnector<WmsSettings, WmsSecrets>({
  type: "sandbox-wms", title: system, grade: "sandbox", capabilities: ["warehouse"], settings, secrets,
  limits: { concurrency: 8, perMinute: 3000, callTimeoutMs: 15_000 },
  // Revisions of one line's reservation replace each other.
  serializeBy: (kind, payload) => (kind === "request_allocation" ? `${String(payload["order"])}/${String(payload["line"])}` : null),
  cannot: ["tell us anything by itself: it is polled", "take back what is picked already", "recall a part of what was asked to be recalled: all or nothing"],
  commands: { request_allocation: byClientRef, release_to_warehouse: byClientRef, recall_release: { ...byClientRef, lookup: null } },
  feeds, censuses, webhook: null,
  check: async (session) => {
    const found = asResult(await read(session, "sites", sites), "sites");
    return found.ok ? ok({ detail: `${found.value.sites.filter(({ open }) => open).length} of ${found.value.sites.length} sites are open` }) : found;
  },
  send, lookup,
  verify: verifyUnsupported(system),
  toCanonical,
});
