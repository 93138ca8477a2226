import { z } from "zod";
import { dec, text } from "@/server/domain/decimal";
import { epochMs, fromEpochMs, type Instant } from "@/server/domain/instant";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { OutboundCommand, Outcome } from "../contract/connector";
import { answerEvents, said, type Said } from "../contract/events";
import { beforeSending } from "../contract/outcome";
import { stockCodes } from "../contract/stock-codes";
import { read, system, write } from "./client";
import type { VendureSession } from "./config";
import type { StockLevel } from "./wire";

export const isStock = ({ kind }: OutboundCommand): boolean => kind === "update_stock";

/** One variant in one location, as Vendure counts it. */
const level = z.looseObject({ stockOnHand: z.number().int(), stockAllocated: z.number().int(), updatedAt: z.string(), stockLocation: z.looseObject({ id: z.string().optional(), name: z.string() }) });
export const variant = z.looseObject({ sku: z.string(), stockLevels: z.array(level) });
export const levelFields = "stockLevels { stockOnHand stockAllocated updatedAt stockLocation { id name } }";
export const levelsOf = ({ sku, stockLevels }: z.infer<typeof variant>, readAt: Instant): StockLevel[] =>
  stockLevels.map((row) => ({ sku, location: row.stockLocation.name, onHand: row.stockOnHand, allocated: row.stockAllocated, ...seenAt(new Date(row.updatedAt).toISOString(), readAt) }));

/** How soon after its change it was read, in hundredths of a second and at most 9.99: after that a count of one second cannot change any more, and is the same message whenever it is read. */
const soonness = (at: Instant, readAt: Instant): number => Math.min(999, Math.max(0, Math.floor((epochMs(readAt) - epochMs(at)) / 10)));
const seenAt = (at: Instant, readAt: Instant): { at: Instant; readAt: Instant } => ({ at, readAt: fromEpochMs(epochMs(at) + soonness(at, readAt) * 10) });

/** Its database may tell times to the second: of two counts of one second the one that was read later is the newer. */
export const levelVersionOf = ({ at, readAt = at }: StockLevel): number => epochMs(at) * 1000 + soonness(at, readAt);
export const positioned = (row: StockLevel): Said =>
  said({ type: "stock.positioned", at: row.at, data: { item: row.sku, warehouse: row.location, version: levelVersionOf(row), onHand: text(dec(row.onHand)), allocated: text(dec(row.allocated)), at: row.at } });

const found = z.looseObject({
  productVariants: z.looseObject({ items: z.array(variant.extend({ id: z.string() })) }),
  stockLocations: z.looseObject({ items: z.array(z.looseObject({ id: z.string(), name: z.string() })) }),
});
const query = `query Level($sku: String!, $location: String!) { productVariants(options: { filter: { sku: { eq: $sku } }, take: 2 }) { items { id sku ${levelFields} } } stockLocations(options: { filter: { name: { eq: $location } }, take: 2 }) { items { id name } } }`;
const mutation = "mutation Stock($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }";
const refused = (code: string, message: string): Outcome => ({ kind: "rejected", failure: { code, message } });

/**
 * Sets what Vendure has on hand so that as much is free as the command says, less what it allocated since the command was reckoned: it
 * subtracts its allocations itself, and nobody else can set them. What is so already is left alone. The count is read back and told.
 */
export async function writeStock(session: VendureSession, command: OutboundCommand): Promise<Outcome> {
  const { item, available, reserved } = command.payload as unknown as CommandPayloads["update_stock"];
  const codes = stockCodes(command);
  if (!codes.ok) return { kind: "rejected", failure: codes.error };
  const { item: sku, warehouse: location, unit } = codes.value;
  if (unit !== session.settings.unit) return refused("MAP-03", `${system} sells by the ${session.settings.unit}; ${item} is counted by the ${unit}`);
  if (!dec(available).isInteger()) return refused("MAP-03", `${system} counts whole units; ${available} of ${item} are free`);
  const before = await read(session, query, { sku, location }, found);
  if (before.kind === "failed") return beforeSending(before);
  if (before.kind === "absent") return refused("CTR-01", `${system} has no stock`);
  const [row] = before.value.productVariants.items, [place] = before.value.stockLocations.items;
  if (!row) return refused("MAP-02", `${system} has no variant ${sku}`);
  if (!place) return refused("MAP-04", `${system} has no stock location ${location}`);
  const there = levelsOf(row, session.now()).find((one) => one.location === location), allocated = there?.allocated ?? 0;
  const onHand = Number(available) + Math.min(allocated, reserved === undefined ? allocated : Number(reserved));
  const failed = there?.onHand === onHand ? null : await write(session, mutation, { input: [{ id: row.id, stockLevels: [{ stockLocationId: place.id, stockOnHand: onHand }] }] });
  if (failed) return failed;
  const after = await read(session, query, { sku, location }, found);
  // What cannot be read back now is read by the feed: until then nothing is believed of it.
  const told = after.kind === "read" ? after.value.productVariants.items.flatMap((one) => levelsOf(one, session.now())).filter((one) => one.location === location) : [];
  return { kind: "confirmed", reference: `${sku}/${location}`, result: told[0] ? { available: String(told[0].onHand - told[0].allocated) } : {}, events: answerEvents(command, session, told.map(positioned)) };
}
