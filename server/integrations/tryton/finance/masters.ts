import { z } from "zod";
import type { OutboundCommand } from "../../contract/connector";
import { refuse, rowsBy, system } from "../client";
import type { TrytonSession } from "../config";
import { companyOf, mapped, onlyProduct } from "../masters";
import { identified } from "../wire";

const product = z.looseObject({ id: z.number(), code: z.string().nullable(), "account_category.": z.looseObject({ account_revenue: z.number().nullable() }).nullish() });
const account = z.looseObject({ id: z.number(), code: z.string().nullable() });
const tax = z.looseObject({ id: z.number(), invoice_account: z.number() });

/** All that is posted here is in the company's own currency: what is in another is refused before anything is sent. @throws Ended */
export async function inOwnCurrency(session: TrytonSession, command: OutboundCommand): Promise<void> {
  const { currency } = command.payload as { currency?: string };
  if (currency === undefined) return;
  const own = (await companyOf(session)).currency.code;
  if (own !== currency) refuse("INV-01", `${system}: company ${session.settings.company} keeps its ledger in ${own}, this is in ${currency}`);
}

/** Products by their codes, each with the account that its sales go to. MAP-02 or INV-01. @throws Ended */
export async function productsOf(session: TrytonSession, codes: readonly string[]): Promise<(code: string) => { id: number; account: number }> {
  const rows = await rowsBy(session, "product.product", "code", codes, ["code", "account_category.account_revenue"], product);
  return (code) => {
    const row = onlyProduct(rows, code), revenue = row["account_category."]?.account_revenue;
    return revenue == null ? refuse("INV-01", `${system}: product ${code} has no revenue account`) : { id: row.id, account: revenue };
  };
}

export async function termOf(session: TrytonSession, command: OutboundCommand, canonical: string): Promise<number> {
  const name = mapped(command, "terms", canonical);
  const [found] = await rowsBy(session, "account.invoice.payment_term", "name", [name], ["name"], identified);
  return found?.id ?? refuse("MAP-04", `${system} has no payment term called ${name}`);
}

export async function journalOf(session: TrytonSession, code: string): Promise<number> {
  const [found] = await rowsBy(session, "account.journal", "code", [code], ["code"], identified);
  return found?.id ?? refuse("INV-01", `${system} has no journal ${code}: correct the connector's settings`);
}

/** Accounts of the settings by their codes. @throws Ended */
export async function accountsOf<Name extends "receivableAccount" | "cashAccount" | "writeOffAccount">(session: TrytonSession, names: readonly Name[]): Promise<Record<Name, number>> {
  const rows = await rowsBy(session, "account.account", "code", names.map((name) => session.settings[name]), ["code"], account, [["company", "=", session.settings.company]]);
  return Object.fromEntries(names.map((name) => [name, rows.find(({ code }) => code === session.settings[name])?.id ?? refuse("INV-01", `${system} has no account ${session.settings[name]}: correct the connector's settings`)])) as Record<Name, number>;
}

export async function taxOf(session: TrytonSession): Promise<{ id: number; account: number }> {
  const [found] = await rowsBy(session, "account.tax", "name", [session.settings.tax], ["name", "invoice_account"], tax, [["company", "=", session.settings.company]]);
  return found ? { id: found.id, account: found.invoice_account } : refuse("INV-01", `${system} has no tax ${session.settings.tax}: correct the connector's settings`);
}
