import { names, system } from "../tower";

/** A bookkeeper posts an invoice in the finance system itself, ten of the first item for so much before tax; what is written on it is all that tells what it is for. Answers its number. */
export async function billedByHand(net: string, written: string): Promise<string> {
  const { url, credentials: { clientId = "", clientSecret = "" } } = system("erp"), { items: [item], customers: [customer], terms: [terms] } = names(), today = new Date().toISOString().slice(0, 10);
  const signedIn = (await (await fetch(`${url}/oauth2/token`, { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, scope: "finance" }) })).json()) as { access_token: string };
  const line = { LineNo: 10_000, Type: "Item", No: item?.erp, Description: "by hand", Quantity: "10", UnitPrice: net, PriceUnitQuantity: "10", LineDiscountAmount: "0.00", UnitOfMeasure: "PCS", LineAmount: net, TaxPercent: null, TaxAmount: "0.00", SalesOrderNo: null, SalesOrderLine: null, ShipmentNo: null };
  const answer = await fetch(`${url}/odata/v4/Company('US01')/SalesInvoices/CreateAndPost`, {
    method: "POST", headers: { authorization: `Bearer ${signedIn.access_token}`, "content-type": "application/json" },
    body: JSON.stringify({ ExternalDocumentNo: "by hand", Description: written, CustomerNo: customer?.erp, SellToCustomerNo: customer?.erp, DocumentDate: today, PostingDate: today, RevenueDate: today, DueDate: today, CurrencyCode: "USD", PaymentTermsCode: terms?.erp, ShipmentNos: [], NetAmount: net, ChargesAmount: "0.00", TaxAmount: "0.00", TotalAmount: net, Lines: [line] }),
  });
  const { No } = (await answer.json()) as { No?: string };
  if (!answer.ok || No === undefined) throw new Error(`the finance system answers ${answer.status}`);
  return No;
}
