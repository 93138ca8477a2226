import { conformsWhenPolled, mark } from "../contract/testing/conforms-when-polled";
import { sandboxCrm } from ".";
import recorded from "./fixtures/messages.json";

/** As API.md says that Kindred lists: by last change, then id, by offset. */
conformsWhenPolled("Kindred CRM", { connector: sandboxCrm, settings: { clientId: "ledgerline" }, secrets: { clientSecret: "kc-very-secret-1" }, codes: {} }, {
  messages: {
    lists: "changes", page: 3, settings: { pageSize: 3 },
    vendor: (source) => ({ path }) => {
      if (path.startsWith("/oauth")) return { body: { access_token: "tok-1", token_type: "Bearer", expires_in: 3600 } };
      const query = new URL(path, "http://vendor").searchParams, offset = Number(query.get("offset")), all = source.since(query.get("modifiedSince")), rows = all.slice(offset, offset + Number(query.get("limit")));
      const records = rows.map((row) => ({ ...recorded.invoiceMessage, Id: String(row.id), ExternalId: `send_invoice|US01:billing_unit:SHP${row.id}/D1/USD/N30/p1|edi|1`, RelatedTo: `INV-${row.id}`, Status: row.revision % 2 === 1 ? "Delivered" : "Bounced", Subject: mark(row), LastModifiedDate: row.at.replace("Z", "+0000") }));
      return { body: { totalSize: all.length, offset, done: offset + rows.length >= all.length, records } };
    },
  },
});
