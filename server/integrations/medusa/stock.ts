import { z } from "zod";
import { dec, min, text } from "@/server/domain/decimal";
import { epochMs } from "@/server/domain/instant";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { OutboundCommand, Outcome } from "../contract/connector";
import { answerEvents, said, type Said } from "../contract/events";
import { beforeSending } from "../contract/outcome";
import { stockCodes } from "../contract/stock-codes";
import { read, system } from "./client";
import type { MedusaSession } from "./config";
import { at, exact } from "./shared";
import { inventoryItem, type InventoryItem, type StockLevel } from "./wire";
import { write } from "./write";

export const isStock = ({ kind }: OutboundCommand): boolean => kind === "update_stock";

export const inventoryFields = "id,sku,updated_at,*location_levels";
/** One item in each of its locations, as Medusa counts it; of what is counted under no SKU nobody can say what it is. */
export const levelsOf = ({ sku, location_levels }: InventoryItem): StockLevel[] =>
  (sku ? location_levels.map((row) => ({ sku, location: row.location_id, stocked: row.raw_stocked_quantity.value, reserved: row.raw_reserved_quantity.value, at: at(row.updated_at) })) : []);
/** A count moves with each reservation and each write of one row, so its time tells which of two is the newer. */
export const positioned = ({ sku, location, stocked, reserved, at: moment }: StockLevel): Said =>
  said({ type: "stock.positioned", at: moment, data: { item: sku, warehouse: location, version: epochMs(moment), onHand: exact(dec(stocked)), allocated: exact(dec(reserved)), at: moment } });

const found = z.looseObject({ inventory_items: z.array(inventoryItem) });
const locations = z.looseObject({ stock_locations: z.array(z.looseObject({ id: z.string() })) });
const refused = (code: string, message: string): Outcome => ({ kind: "rejected", failure: { code, message } });
const itemsOf = (session: MedusaSession, sku: string) => read(session, `inventory-items?${new URLSearchParams({ sku, fields: inventoryFields, limit: "2" }).toString()}`, found);

/**
 * Sets what Medusa has in stock so that as much is free as the command says, less what it reserved since the command was reckoned: it
 * subtracts its reservations itself, and nobody else can set them. What is so already is left alone. The count is read back and told.
 */
export async function writeStock(session: MedusaSession, command: OutboundCommand): Promise<Outcome> {
  const { item, available, reserved } = command.payload as unknown as CommandPayloads["update_stock"], codes = stockCodes(command);
  if (!codes.ok) return { kind: "rejected", failure: codes.error };
  const { item: sku, warehouse: location, unit } = codes.value;
  if (unit !== session.settings.unit) return refused("MAP-03", `${system} sells by the ${session.settings.unit}; ${item} is counted by the ${unit}`);
  const before = await itemsOf(session, sku);
  if (before.kind === "failed") return beforeSending(before);
  const [row] = before.kind === "read" ? before.value.inventory_items : [];
  if (!row) return refused("MAP-02", `${system} has no inventory item ${sku}`);
  const there = levelsOf(row).find((one) => one.location === location);
  if (!there) {
    const places = await read(session, `stock-locations?${new URLSearchParams({ id: location, fields: "id" }).toString()}`, locations);
    if (places.kind === "failed") return beforeSending(places);
    if (places.kind === "absent" || places.value.stock_locations.length === 0) return refused("MAP-04", `${system} has no stock location ${location}`);
  }
  const allocated = dec(there?.reserved ?? "0"), stocked = dec(available).plus(reserved === undefined ? allocated : min(allocated, dec(reserved)));
  const path = `inventory-items/${row.id}/location-levels`, quantity = { stocked_quantity: stocked.toNumber() };
  const { failed } = !there ? await write(session, path, { location_id: location, ...quantity }) : stocked.eq(there.stocked) ? { failed: null } : await write(session, `${path}/${location}`, quantity);
  if (failed) return failed;
  const after = await itemsOf(session, sku);
  // What cannot be read back now is read by the feed: until then nothing is believed of it.
  const told = after.kind === "read" ? after.value.inventory_items.flatMap(levelsOf).filter((one) => one.location === location) : [];
  return { kind: "confirmed", reference: `${sku}/${location}`, result: told[0] ? { available: text(dec(told[0].stocked).minus(told[0].reserved)) } : {}, events: answerEvents(command, session, told.map(positioned)) };
}
