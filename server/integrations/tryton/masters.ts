import { z } from "zod";
import type { Result } from "@/server/domain/result";
import type { CodeKind, OutboundCommand } from "../contract/connector";
import { refuse, search, system } from "./client";
import type { TrytonSession } from "./config";
import { identified } from "./wire";

const party = z.looseObject({ id: z.number(), addresses: z.array(z.number()) });
const product = z.looseObject({ id: z.number(), code: z.string().nullable(), "account_category.": z.looseObject({ account_revenue: z.number().nullable() }).nullish() });
const account = z.looseObject({ id: z.number(), code: z.string().nullable() });
const tax = z.looseObject({ id: z.number(), invoice_account: z.number() });

/** This system's code, or the refusal that the cross-reference gives. @throws Ended */
export function coded(found: Result<string>): string {
  return found.ok ? found.value : refuse(found.error.code, found.error.message);
}
const mapped = (command: OutboundCommand, kind: CodeKind | "base_unit", canonical: string): string => coded(command.code(kind, canonical));

/** All that is posted here is in the company's own currency: what is in another is refused before anything is sent. @throws Ended */
export async function inOwnCurrency(session: TrytonSession, command: OutboundCommand): Promise<void> {
  const { currency } = command.payload as { currency?: string };
  if (currency === undefined) return;
  const [company] = await search(session, "company.company", [["id", "=", session.settings.company]], ["currency.code"], z.looseObject({ "currency.": z.looseObject({ code: z.string() }) }));
  const own = company?.["currency."].code ?? null;
  if (own !== currency) refuse("INV-01", `${system}: company ${session.settings.company} keeps its ledger in ${own ?? "no currency"}, this is in ${currency}`);
}

/** A customer by its code. MAP-01 where Tryton has none, or no longer. @throws Ended */
export async function partyOf(session: TrytonSession, command: OutboundCommand, canonical: string): Promise<{ id: number; address: number; code: string }> {
  const code = mapped(command, "customer", canonical);
  const [found] = await search(session, "party.party", [["code", "=", code]], ["addresses"], party);
  if (!found) return refuse("MAP-01", `${system} has no active party with the code ${code}`);
  const [address] = found.addresses;
  return address === undefined ? refuse("MAP-01", `${system} has no address of the party ${code}`) : { id: found.id, address, code };
}

/** Products by their codes, each with the account that its sales go to. MAP-02 or INV-01. @throws Ended */
export async function productsOf(session: TrytonSession, codes: readonly string[]): Promise<(code: string) => { id: number; account: number }> {
  const wanted = [...new Set(codes)];
  const rows = await search(session, "product.product", [["code", "in", wanted]], ["code", "account_category.account_revenue"], product);
  return (code) => {
    const row = rows.find((each) => each.code === code);
    if (!row) return refuse("MAP-02", `${system} has no active product with the code ${code}`);
    const revenue = row["account_category."]?.account_revenue;
    return revenue == null ? refuse("INV-01", `${system}: product ${code} has no revenue account`) : { id: row.id, account: revenue };
  };
}

/** A unit by its symbol. @throws Ended */
export async function unitsOf(session: TrytonSession, symbols: readonly string[]): Promise<(symbol: string) => number> {
  const rows = await search(session, "product.uom", [["symbol", "in", [...new Set(symbols)]]], ["symbol"], z.looseObject({ id: z.number(), symbol: z.string() }));
  return (symbol) => rows.find((each) => each.symbol === symbol)?.id ?? refuse("MAP-03", `${system} has no unit with the symbol ${symbol}`);
}

export async function termOf(session: TrytonSession, command: OutboundCommand, canonical: string): Promise<number> {
  const name = mapped(command, "terms", canonical);
  const [found] = await search(session, "account.invoice.payment_term", [["name", "=", name]], ["name"], identified);
  return found?.id ?? refuse("MAP-04", `${system} has no payment term called ${name}`);
}

async function one(session: TrytonSession, model: string, domain: readonly unknown[], what: string): Promise<number> {
  const [found] = await search(session, model, domain, ["id"], identified);
  return found?.id ?? refuse("INV-01", `${system} has no ${what}: correct the connector's settings`);
}
export const journalOf = (session: TrytonSession, code: string): Promise<number> => one(session, "account.journal", [["code", "=", code]], `journal ${code}`);

/** Accounts of the settings by their codes. @throws Ended */
export async function accountsOf<Name extends "receivableAccount" | "cashAccount" | "writeOffAccount">(session: TrytonSession, names: readonly Name[]): Promise<Record<Name, number>> {
  const rows = await search(session, "account.account", [["code", "in", names.map((name) => session.settings[name])], ["company", "=", session.settings.company]], ["code"], account);
  return Object.fromEntries(names.map((name) => [name, rows.find(({ code }) => code === session.settings[name])?.id ?? refuse("INV-01", `${system} has no account ${session.settings[name]}: correct the connector's settings`)])) as Record<Name, number>;
}

export async function taxOf(session: TrytonSession): Promise<{ id: number; account: number }> {
  const [found] = await search(session, "account.tax", [["name", "=", session.settings.tax], ["company", "=", session.settings.company]], ["invoice_account"], tax);
  return found ? { id: found.id, account: found.invoice_account } : refuse("INV-01", `${system} has no tax ${session.settings.tax}: correct the connector's settings`);
}
