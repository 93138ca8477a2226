import { localDay } from "@/server/domain/calendar";
import { trytonPerson } from "../tryton-person";
import { orderedAt } from "./books";
import type { Pipeline } from "./pipeline";
import type { VendureServer } from "../vendure/server";
import { codeOf } from "./wiring";

const decimal = (value: string) => ({ __class__: "Decimal", decimal: value });
const cents = (value: number): string => (value / 100).toFixed(2);

/** Who keeps the books at Tryton's own client, beside the tower. */
export interface Bookkeeper {
  /** Enters and posts an order's goods and freight at the shop's prices, `less` cents of freight, with what he writes on it. Answers its number. */
  bill(code: string, written: { reference?: string; description?: string }, less?: number): Promise<string>;
  cancel(number: string): Promise<void>;
  /** Duplicates a document and posts the copy. Answers its number. */
  billAgain(number: string): Promise<string>;
  /** Writes another amount into the receivable of a posted document. @throws what Tryton answers to that */
  overwrite(number: string, amount: string): Promise<void>;
  recode(before: string, now: string): Promise<void>;
}

export async function bookkeeperOf(all: Pipeline<VendureServer>): Promise<Bookkeeper> {
  const at = await trytonPerson(all.tryton.url, "ledgerline", all.tryton.passwords.connector);
  const read = async <T>(model: string, domain: unknown[], fields: string[]): Promise<T> => (await at.call<T[]>(`model.${model}.search_read`, domain, 0, 1, [["id", "ASC"]], fields))[0] as T;
  const idOf = async (number: string): Promise<number> => (await read<{ id: number }>("account.invoice", [["number", "=", number]], ["number"])).id;
  /** He dates by the day of his entity, as the tower does: Tryton itself goes by that of its server, and numbers no invoice of an earlier day than the last. */
  const today = async (): Promise<{ __class__: "date"; year: number; month: number; day: number }> => {
    const [{ zone }] = await all.tower<{ zone: string }>("select zone from entity where code = 'US01'") as [{ zone: string }];
    const [year = 0, month = 0, day = 0] = localDay({ zone }, new Date().toISOString()).split("-").map(Number);
    return { __class__: "date", year, month, day };
  };
  const posted = async (id: number): Promise<string> => { await at.call("model.account.invoice.post", [id]); return (await read<{ number: string }>("account.invoice", [["id", "=", id]], ["number"])).number; };
  return {
    async bill(code, written, less = 0) {
      const { lines, shipping } = await orderedAt(all, code), date = await today();
      const [{ company }] = await all.tryton.sql<{ company: number }>("select id as company from company_company") as [{ company: number }];
      const party = await read<{ id: number; addresses: number[] }>("party.party", [["code", "=", "C1004"]], ["addresses"]), journal = await read<{ id: number }>("account.journal", [["code", "=", "REV"]], ["code"]), account = await read<{ id: number }>("account.account", [["code", "=", "1200"], ["company", "=", company]], ["code"]);
      const term = await read<{ id: number }>("account.invoice.payment_term", [["name", "=", "NET30"]], ["name"]), unit = await read<{ id: number }>("product.uom", [["symbol", "=", "u"]], ["symbol"]), tax = await read<{ id: number; invoice_account: number }>("account.tax", [["name", "=", "Sales tax"], ["company", "=", company]], ["invoice_account"]);
      const line = async (item: string, quantity: number, price: string) => {
        const product = await read<{ id: number; "account_category.": { account_revenue: number } }>("product.product", [["code", "=", item]], ["code", "account_category.account_revenue"]);
        return { type: "line", product: product.id, account: product["account_category."].account_revenue, unit: unit.id, quantity, unit_price: decimal(price), description: item };
      };
      const goods = Object.values(lines), net = goods.reduce((sum, { placed, unitPrice }) => sum + placed * unitPrice, 0) + shipping - less;
      const [id = 0] = await at.call<number[]>("model.account.invoice.create", [{
        type: "out", company, journal: journal.id, party: party.id, invoice_address: party.addresses[0], account: account.id, payment_term: term.id, invoice_date: date, reference: written.reference ?? null, description: written.description ?? null,
        lines: [["create", [...(await Promise.all(goods.map(({ sku, placed, unitPrice }) => line(codeOf(sku), placed, cents(unitPrice))))), await line("FREIGHT", 1, cents(shipping - less))]]],
        taxes: [["create", [{ manual: true, tax: tax.id, account: tax.invoice_account, description: "Sales tax", base: decimal(cents(net)), amount: decimal(cents(Math.round(net * 0.08))) }]]],
      }]);
      return posted(id);
    },
    cancel: async (number) => { await at.call("model.account.invoice.cancel", [await idOf(number)]); },
    billAgain: async (number) => { const [copy = 0] = await at.call<number[]>("model.account.invoice.copy", [await idOf(number)], { invoice_date: await today() }); return posted(copy); },
    overwrite: async (number, amount) => {
      const line = await read<{ id: number }>("account.move.line", [["move.origin.number", "=", number, "account.invoice"], ["debit", ">", decimal("0")]], ["debit"]);
      await at.call("model.account.move.line.write", [line.id], { debit: decimal(amount) });
    },
    recode: async (before, now) => { const { id } = await read<{ id: number }>("party.party", [["code", "=", before]], ["code"]); await at.call("model.party.party.write", [id], { code: now }); },
  };
}
