import { z } from "zod";
import type { Address } from "@/server/domain/contracts/shared";
import type { OutboundCommand } from "../../contract/connector";
import { act, refuse, search, system } from "../client";
import type { TrytonSession } from "../config";
import { coded, mapped, onlyProduct } from "../masters";
import { identified } from "../wire";

const place = z.looseObject({ id: z.number(), code: z.string(), storage_location: z.number(), output_location: z.number() });
export type Place = z.infer<typeof place>;
/** A warehouse with its storage and output zones; that of the settings where the order names none. MAP-04. @throws Ended */
export async function placeOf(session: TrytonSession, command: OutboundCommand, canonical: string | null): Promise<Place> {
  const code = canonical === null ? session.settings.warehouse : mapped(command, "warehouse", canonical);
  const [found] = await search(session, "stock.location", [["code", "=", code], ["type", "=", "warehouse"]], ["code", "storage_location", "output_location"], place);
  return found ?? refuse("MAP-04", `${system} has no active warehouse with the code ${code}`);
}

export interface Goods { id: number; code: string; unit: number }
const product = z.looseObject({ id: z.number(), code: z.string().nullable(), type: z.string(), default_uom: z.number(), "default_uom.": z.looseObject({ symbol: z.string() }) });
/** Products by canonical items, counted in their own unit. MAP-02, MAP-03. @throws Ended */
export async function goodsOf(session: TrytonSession, command: OutboundCommand, items: readonly string[]): Promise<(item: string) => Goods> {
  const wanted = new Map(items.map((item) => [item, { code: coded(command.code("item", item)), unit: coded(command.code("base_unit", item)) }]));
  const rows = await search(session, "product.product", [["code", "in", [...wanted.values()].map(({ code }) => code)]], ["code", "type", "default_uom", "default_uom.symbol"], product);
  return (item) => {
    const { code, unit } = wanted.get(item) ?? { code: item, unit: "" }, found = onlyProduct(rows, code);
    if (found.type !== "goods" && found.type !== "assets") return refuse("MAP-02", `${system}: product ${code} is a ${found.type}, which no warehouse ships`);
    const own = found["default_uom."].symbol;
    return own === unit ? { id: found.id, code, unit: found.default_uom } : refuse("MAP-03", `${system} counts ${code} in ${own}, not in ${unit}: map the item's base unit to the unit of that product`);
  };
}

/** Where goods are when they have left to a customer. @throws Ended */
export async function customerLocation(session: TrytonSession, party: number): Promise<number> {
  const [found] = await search(session, "party.party", [["id", "=", party]], ["customer_location"], z.looseObject({ customer_location: z.number().nullable() }));
  return found?.customer_location ?? refuse("MAP-01", `${system}: the party has no customer location`);
}

const postal = z.looseObject({ id: z.number(), street: z.string().nullable(), city: z.string().nullable(), postal_code: z.string().nullable() });
const same = (a: string | null | undefined, b: string | null | undefined): boolean => (a ?? "").trim().toLowerCase() === (b ?? "").trim().toLowerCase();
const streetOf = ({ line1, line2 }: Address): string => [line1, line2].filter((part) => part !== undefined && part !== "").join("\n");

/** The party's own address that is the one to ship to; where none is, it is written beside them. @throws Ended */
export async function addressOf(session: TrytonSession, party: { id: number; address: number; addresses: readonly number[] }, to: Address): Promise<number> {
  if (to.line1 === undefined && to.city === undefined) return party.address;
  const rows = await search(session, "party.address", [["id", "in", party.addresses]], ["street", "city", "postal_code"], postal);
  const known = rows.find((each) => same(each.street, streetOf(to)) && same(each.city, to.city) && same(each.postal_code, to.postalCode));
  if (known) return known.id;
  const country = to.country === undefined ? [] : await search(session, "country.country", [["code", "=", to.country]], ["code"], identified);
  const region = to.state === undefined || country.length === 0 ? [] : await search(session, "country.subdivision", [["code", "=", `${to.country}-${to.state}`]], ["code"], identified);
  const [made] = await act(session, "model.party.address.create", [[{
    party: party.id, party_name: to.name ?? null, street: streetOf(to), city: to.city ?? null, postal_code: to.postalCode ?? null, country: country[0]?.id ?? null, subdivision: region[0]?.id ?? null,
  }]], z.tuple([z.number()]), "MAP-01");
  return made;
}
