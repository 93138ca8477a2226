import { z } from "zod";
import { trytonPerson } from "../tryton-person";

const decimal = z.object({ decimal: z.string() }).transform((value) => value.decimal);
const day = z.object({ year: z.number(), month: z.number(), day: z.number() }).transform((value) => new Date(Date.UTC(value.year, value.month - 1, value.day)).toISOString().slice(0, 10));
const invoices = z.array(z.looseObject({ id: z.number(), number: z.string().nullable(), state: z.string(), invoice_date: day.nullable(), total_amount: decimal, tax_amount: decimal, amount_to_pay: decimal, "party.": z.looseObject({ code: z.string() }) }));
const lines = z.array(z.looseObject({ invoice: z.number() }));
export type BookedInvoice = z.infer<typeof invoices>[number];

/** Tryton as a person who signs in sees it, by its own protocol and without the connector. */
export async function trytonBooks({ url, password }: { url: string; password: string }): Promise<{ invoicesOf(order: string): Promise<BookedInvoice[]> }> {
  const person = await trytonPerson(url, "ledgerline", password);
  const ask = async <S extends z.ZodType>(model: string, domain: unknown[], fields: string[], rows: S): Promise<z.infer<S>> => rows.parse(await person.call(`model.${model}.search_read`, domain, 0, null, [["id", "ASC"]], fields));
  return {
    /** Those with a line of the order: its number stands in each line's note. */
    async invoicesOf(order) {
      const found = await ask("account.invoice.line", [["note", "like", `${order}/%`]], ["invoice"], lines);
      return ask("account.invoice", [["id", "in", [...new Set(found.map(({ invoice }) => invoice))]]], ["number", "state", "invoice_date", "total_amount", "tax_amount", "amount_to_pay", "party.code"], invoices);
    },
  };
}
