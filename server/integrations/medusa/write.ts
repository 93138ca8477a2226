import { z } from "zod";
import type { Outcome } from "../contract/connector";
import { readJson, unconfirmed, unreadable } from "../contract/outcome";
import { call, system } from "./client";
import type { MedusaSession } from "./config";
import { refusal } from "./wire";

const id = z.string().min(1), row = z.looseObject({ id, fulfillments: z.array(z.looseObject({ id })).nullish() });
/** What an answer names: the order, the payment or the inventory item as it is then. */
const written = z.union([z.looseObject({ order: row }).transform(({ order }) => order), z.looseObject({ payment: row }).transform(({ payment }) => payment), z.looseObject({ inventory_item: row }).transform((found) => found.inventory_item)]);
/** The fulfilments that an order then has, or what the answer proves. `code`: the exception of a refusal. */
export async function write(session: MedusaSession, path: string, body: unknown, code = "CTR-01"): Promise<{ failed: Outcome } | { failed: null; fulfilments: string[] }> {
  const answer = await call(session, "POST", path, body);
  const failed = unconfirmed(answer, { system, notActed: [409], refusal: refusal(code) });
  if (failed || !answer.ok) return { failed: failed as Outcome };
  const read = readJson(answer.response.text, written);
  return read.ok ? { failed: null, fulfilments: (read.value.fulfillments ?? []).map(({ id: own }) => own) } : { failed: unreadable(system, read.error) };
}
