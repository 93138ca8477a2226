import { z } from "zod";
import { ok } from "@/server/domain/result";
import { usualPace, type Census } from "../../contract/census";
import { changedSince } from "../changes";
import { ask, failedRead, search } from "../client";
import type { TrytonSecrets, TrytonSettings } from "../config";
import { invoice, invoiceFields } from "../wire";
import { documentMessage, postedDocuments } from "./feeds";

/** Posted invoices and credit notes by write or create date, paged by id, with Tryton's own count. A debit is an invoice there. */
export const censuses: readonly Census<TrytonSettings, TrytonSecrets>[] = [{
  name: "documents", kinds: ["invoices", "credits", "debits"], ...usualPace,
  list: async (session, { from }, after) => {
    const domain = [...postedDocuments(session), changedSince(from)], { pageSize } = session.settings;
    try {
      const rows = await search(session, "account.invoice", [...domain, ["id", ">", typeof after === "number" ? after : 0]], invoiceFields, invoice, { limit: pageSize });
      const total = await ask(session, "model.account.invoice.search_count", [domain], z.number().int());
      return ok({ messages: rows.map(documentMessage), rows: rows.length, total, next: rows.length === pageSize ? (rows.at(-1)?.id ?? null) : null });
    } catch (error) {
      return { ok: false, error: failedRead(error).failure };
    }
  },
}];
