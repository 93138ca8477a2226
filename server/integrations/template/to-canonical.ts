import { ok } from "@/server/domain/result";
import type { Translation, TranslationInput } from "../contract/connector";
import { said, textOf, toEvents } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { TemplateSettings } from "./config";
import { message } from "./wire";

/** Codes of customers, items, units and terms stay in the source's words: the cross-reference reads them when they are planned. */
export function toCanonical(input: TranslationInput<TemplateSettings>): Translation {
  const read = readJson(textOf(input.body), message);
  if (!read.ok) return read;
  const { order } = read.value.data;
  if (!order) return ok({ events: [], excluded: `a message of type ${read.value.type} says nothing that we keep` });
  const { number, revision, placed_at, updated_at, customer, currency, terms, country, lines } = order;
  return toEvents(input, [said({
    type: "order.captured", at: new Date(updated_at).toISOString(), data: {
      number, version: revision, channel: input.settings.channel, placed: new Date(placed_at).toISOString(), currency, terms,
      parties: { sellTo: customer, billTo: customer, shipTo: customer }, shipToAddress: { country },
      lines: lines.map(({ id, sku, quantity, unit, price }) => ({ line: id, item: sku, quantity, unit, price })),
    },
  })]);
}
