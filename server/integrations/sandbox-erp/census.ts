import { ok } from "@/server/domain/result";
import { usualPace, type Census } from "../contract/census";
import { asResult } from "../contract/outcome";
import { readPage } from "./client";
import type { ErpSecrets, ErpSettings } from "./config";
import { sourceMessage } from "./feeds";
import { salesDocument } from "./wire";

type ErpCensus = Census<ErpSettings, ErpSecrets>;

/** Sales documents that were made or changed in the span, with Meridian's own count of them. */
const changed = (set: string, of: "invoice" | "credit" | "debit"): ErpCensus => ({
  name: `${of}s`, kinds: [`${of}s`], ...usualPace,
  list: async (session, { from, to }, link) => {
    const found = asResult(await readPage(session, set, salesDocument, { filter: `LastModified ge ${from} and LastModified lt ${to}`, link: typeof link === "string" ? link : null }), set);
    if (!found.ok) return found;
    const { rows, next, total } = found.value;
    return ok({ messages: rows.map((document) => sourceMessage(`${of}:${document.Id}`, { kind: "document", of, document }, document.LastModified)), rows: rows.length, total, next });
  },
});
export const censuses: readonly ErpCensus[] = [changed("SalesInvoices", "invoice"), changed("SalesCreditMemos", "credit"), changed("SalesDebitMemos", "debit")];
