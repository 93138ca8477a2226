import { closeSearch } from "@/components/close/search";
import { api } from "@/server/api/caller";
import { csvAnswer, csvLine, readable } from "../../csv";

/** The accrual listing of a period: every shipment that is on no invoice, with what had passed to the customer, then the proposed entry with its reversal. */
export async function GET(request: Request): Promise<Response> {
  const { entity, period, day, known } = closeSearch(Object.fromEntries(new URL(request.url).searchParams));
  if (entity === undefined || period === undefined) return new Response("Choose a period", { status: 400 });
  const caller = await api(), answer = await readable(() => caller.close.accruals({ entity, period, ...(day ? { day } : {}), ...(known ? { known } : {}) }));
  if (answer instanceof Response) return answer;
  const { asOf, items, entry } = answer, head = [answer.entity, answer.period, asOf.day, asOf.known];
  return csvAnswer([
    csvLine(["record", "entity", "period", "asOf", "knownAt", "order", "customer", "shipment", "shippedOn", "titlePassedOn", "currency", "goods", "charges", "total", "accrued", "entryDay", "account", "debit", "credit", "text"]),
    ...items.map((row) => csvLine(["shipment", ...head, row.named?.number ?? row.order, row.named?.customerName, row.shipment, row.shippedOn, row.titleOn, row.currency, row.goods, row.charges, row.total, row.accrued, null, null, null, null, null])),
    ...entry.map((line) => csvLine(["entry", ...head, null, null, null, null, null, line.currency, null, null, null, null, line.day, line.account, line.debit, line.credit, line.text])),
  ].join(""), `accruals-${answer.entity}-${answer.period}`);
}
