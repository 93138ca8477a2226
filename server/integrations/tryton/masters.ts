import { z } from "zod";
import type { Result } from "@/server/domain/result";
import type { CodeKind, OutboundCommand } from "../contract/connector";
import { refuse, rowsBy, system } from "./client";
import type { TrytonSession } from "./config";

const party = z.looseObject({ id: z.number(), addresses: z.array(z.number()) });

/** This system's code, or the refusal that the cross-reference gives. @throws Ended */
export function coded(found: Result<string>): string {
  return found.ok ? found.value : refuse(found.error.code, found.error.message);
}
export const mapped = (command: OutboundCommand, kind: CodeKind | "base_unit", canonical: string): string => coded(command.code(kind, canonical));

/** The company that the connector works for, with its currency. @throws Ended */
export async function companyOf(session: TrytonSession): Promise<{ name: string; currency: { id: number; code: string } }> {
  const [found] = await rowsBy(session, "company.company", "id", [session.settings.company], ["rec_name", "currency.code"], z.looseObject({ rec_name: z.string(), "currency.": z.looseObject({ id: z.number(), code: z.string() }) }));
  return found ? { name: found.rec_name, currency: found["currency."] } : refuse("INV-01", `${system} has no company ${session.settings.company}: correct the connector's settings`);
}

/** A customer by its code. MAP-01 where Tryton has none, or no longer. @throws Ended */
export async function partyOf(session: TrytonSession, command: OutboundCommand, canonical: string): Promise<{ id: number; address: number; addresses: readonly number[]; code: string }> {
  const code = mapped(command, "customer", canonical);
  const [found] = await rowsBy(session, "party.party", "code", [code], ["addresses"], party);
  if (!found) return refuse("MAP-01", `${system} has no active party with the code ${code}`);
  const [address] = found.addresses;
  return address === undefined ? refuse("MAP-01", `${system} has no address of the party ${code}`) : { id: found.id, address, addresses: found.addresses, code };
}

/** A unit by its symbol. @throws Ended */
export async function unitsOf(session: TrytonSession, symbols: readonly string[]): Promise<(symbol: string) => number> {
  const rows = await rowsBy(session, "product.uom", "symbol", symbols, ["symbol"], z.looseObject({ id: z.number(), symbol: z.string() }));
  return (symbol) => rows.find((each) => each.symbol === symbol)?.id ?? refuse("MAP-03", `${system} has no unit with the symbol ${symbol}`);
}

/** The one product of a code: Tryton lets several have the same, and which is meant nobody can say. MAP-02. @throws Ended */
export function onlyProduct<T extends { code: string | null }>(rows: readonly T[], code: string): T {
  const [found, ...others] = rows.filter((row) => row.code === code);
  if (!found) return refuse("MAP-02", `${system} has no active product with the code ${code}`);
  return others.length === 0 ? found : refuse("MAP-02", `${system} has ${others.length + 1} active products with the code ${code}: leave it to one of them, give the others a code of their own or deactivate them, then try again`);
}
