import { conformsWhenPolled, mark, type Polled, type Row } from "../contract/testing/conforms-when-polled";
import { sandboxErp } from ".";
import recorded from "./fixtures/messages.json";

/** As API.md says that Meridian lists: by last change, then key; the next page is a link that counts rows. Other sets than the feed's own answer what belongs to one row of it. */
const listing = (set: string, worded: (row: Row) => object, more: Partial<Polled> = {}): Polled => ({
  lists: "changes", page: 3, settings: { pageSize: 3 }, ...more,
  vendor: (source) => ({ path, headers }) => {
    if (path.startsWith("/oauth")) return { body: { access_token: "tok-1", token_type: "Bearer", expires_in: 3600 } };
    const url = new URL(path, `http://${headers.host ?? ""}`), filter = url.searchParams.get("$filter") ?? "", [, since] = /LastModified ge (\S+)/.exec(filter) ?? [], [, only] = / eq '\D*(\d+)'/.exec(filter) ?? [];
    const asked = url.pathname.split("/").at(-1), first = Number(url.searchParams.get("$skiptoken") ?? 0), size = Number(url.searchParams.get("$top"));
    if (asked !== set) return { body: { value: [] } };
    const all = source.since(since).filter(({ id }) => only === undefined || id === Number(only)), rows = all.slice(first, first + size);
    url.searchParams.set("$skiptoken", String(first + size));
    return { body: { "@odata.count": all.length, value: rows.map((row) => ({ ...worded(row), LastModified: row.at, Note: mark(row) })), ...(first + size < all.length ? { "@odata.nextLink": url.toString() } : {}) } };
  },
});
const documents = (set: string, name: string): Polled => listing(set, ({ id, revision }) => ({ ...recorded.invoice.document, Id: `${name}-${id}`, No: String(id), ExternalDocumentNo: `post_${name}|US01:billing_unit:SHP${id}/D1/USD/N30/p1||1`, TotalAmount: `${100 + revision}.00` }));
conformsWhenPolled("Meridian Finance", { connector: sandboxErp, settings: { company: "US01", clientId: "ledgerline" }, secrets: { clientSecret: "mf-very-secret-1" }, codes: {} }, {
  // with each customer its position is told
  customers: listing("Customers", ({ id, revision }) => ({ ...recorded.customer.customer, No: `D${id}`, CreditAccountNo: `D${id}`, Name: `Abbott ${revision}` }), { told: ({ sourceMessageId, body }) => (sourceMessageId.startsWith("customer:") ? (new TextDecoder().decode(body).match(/M\d+x\d+M/g) ?? []) : []) }),
  items: listing("Items", ({ id, revision }) => ({ ...recorded.item.item, No: `I-${id}`, Description: `Breaker ${revision}` })),
  prices: listing("PriceAgreements", ({ id, revision }) => ({ ...recorded.price.agreement, Id: `PA-${id}`, UnitPrice: `${revision}.00` })),
  periods: listing("FiscalPeriods", ({ id, revision }) => ({ Code: `P${id}`, StartingDate: `${1900 + id}-01-01`, EndingDate: `${1900 + id}-12-31`, Status: revision % 2 === 1 ? "Open" : "Closed" }), { lists: "whole" }),
  invoices: documents("SalesInvoices", "invoice"), debits: documents("SalesDebitMemos", "debit"), credits: documents("SalesCreditMemos", "credit"),
});
