import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport } from "../contract/connector";
import { asResult } from "../contract/outcome";
import { censuses } from "./census";
import { readPage, system } from "./client";
import { secrets, settings, type ErpSecrets, type ErpSettings } from "./config";
import { feeds } from "./feeds";
import { lookup, verify } from "./lookup";
import { notActed, send } from "./send";
import { toCanonical } from "./to-canonical";
import { period } from "./wire";

/** Meridian repeats nothing safely and can always be searched: it reads its own writes (API.md, "No idempotency at all"). */
const posting = (by: string, verified: boolean): CommandSupport => ({ idempotentForMs: 0, lookup: { by, consistency: "read_your_writes", settleMs: 3000, complete: true }, verify: verified, provenNotActed: notActed });

export const sandboxErp = defineConnector<ErpSettings, ErpSecrets>({
  type: "sandbox-erp", title: system, grade: "sandbox", capabilities: ["finance"], settings, secrets,
  limits: { concurrency: 4, perMinute: 3000, callTimeoutMs: 15_000 },
  // Numbers are gapless in order of posting: two posts at once end in TableLocked.
  serializeBy: (kind) => (kind === "post_invoice" || kind === "post_credit" || kind === "post_debit" || kind === "void_invoice" ? "posting" : null),
  cannot: ["recognise a repeated request: every second try is preceded by a look-up", "tell of a changed unit of an item unless the item itself changes", "change a posted document"],
  commands: {
    post_invoice: posting("ExternalDocumentNo", true), post_credit: posting("ExternalDocumentNo", true), post_debit: posting("ExternalDocumentNo", true), post_receipt: posting("ExternalDocumentNo", true), apply_receipt: posting("ExternalDocumentNo", true),
    apply_credit: posting("ExternalDocumentNo", true), post_refund: posting("ExternalDocumentNo", true),
    void_invoice: posting("Status of the invoice", false), reverse_application: posting("Status of the application", false), reverse_receipt: posting("Status of the payment", true),
    reverse_refund: posting("Status of the refund", true),
  },
  feeds, censuses, webhook: null,
  check: async (session) => {
    const read = asResult(await readPage(session, "FiscalPeriods", period, {}), "FiscalPeriods");
    return read.ok ? ok({ detail: `${read.value.rows.length} fiscal periods of ${session.settings.company} are readable` }) : read;
  },
  send, lookup, verify, toCanonical,
});
