import { z } from "zod";
import type { Failure } from "@/server/domain/result";
import type { HttpResponse } from "../contract/connector";
import { readJson, sentence } from "../contract/outcome";

/** The vendor's shapes, as its own pages have them. Unknown fields may appear and are kept. */
const text = z.string();
const moment = z.iso.datetime({ offset: true });
const line = z.looseObject({ id: text, sku: text, quantity: text, unit: text, price: text });
export const order = z.looseObject({
  number: text, revision: z.number().int().min(1), placed_at: moment, updated_at: moment, customer: text, currency: text, terms: text, country: text, lines: z.array(line),
  /** What we told it last. */
  acknowledged: z.looseObject({ reference: text }).nullish(),
});
export const page = z.looseObject({ orders: z.array(order), next: text.nullish() });
/** What a webhook or our own poll stores. */
export const message = z.looseObject({ type: text, data: z.looseObject({ order: order.optional() }) });

const problem = z.looseObject({ message: text });
/** The vendor's own words. */
export const refusal = (code: string) => (response: HttpResponse): Failure => {
  const said = readJson(response.text, problem);
  return { code, message: sentence(said.ok ? said.value.message : `It was refused (${response.status}) without a word why`) };
};
