import { z } from "zod";
import { epochMs } from "@/server/domain/instant";
import { fail } from "@/server/domain/result";
import type { Translation, TranslationInput } from "../../contract/connector";
import { said, textOf, toEvents, type Said } from "../../contract/events";
import { readJson } from "../../contract/outcome";
import type { TrytonSettings } from "../config";
import { progressed } from "./requests";
import { movedAt, moveStates } from "./wire";

const instant = z.iso.datetime(), amount = z.string(), line = z.object({ line: z.string(), quantity: amount });
const request = z.looseObject({
  kind: z.literal("request"), entity: z.string(), order: z.string(), request: z.string(), sequence: z.number(), id: z.number(), number: z.string(), state: z.enum(["draft", "waiting", "assigned", "picked", "packed", "done", "cancelled"]), warehouse: z.string(), effective: z.string().nullable(), changed: instant,
  asked: z.array(line.extend({ item: z.string(), origin: z.number().nullable() })), recalls: z.array(z.object({ id: z.number(), key: z.string(), lines: z.array(line) })),
  moves: z.array(z.object({ id: z.number(), item: z.string(), quantity: amount, state: z.enum(moveStates), line: z.string().nullable() })),
});
const returned = z.looseObject({
  kind: z.literal("return"), number: z.string(), reference: z.string().nullable(), state: z.enum(["received", "done"]), warehouse: z.string(), effective: z.string().nullable(), changed: instant,
  moves: z.array(z.object({ item: z.string(), quantity: amount, place: z.enum(["stock", "waste"]).nullable(), from: z.object({ entity: z.string(), order: z.string(), line: z.string().nullable() }).nullable() })),
});
const stock = z.looseObject({ kind: z.literal("stock"), item: z.string(), warehouse: z.string(), onHand: amount, allocated: amount, changed: instant });
const message = z.discriminatedUnion("kind", [request, returned, stock]);
export const messages: ReadonlySet<string> = new Set(["request", "return", "stock"]);

/** Item and warehouse stay in Tryton's words: the cross-reference reads them when they are planned. */
export function toCanonical(input: TranslationInput<TrytonSettings>): Translation {
  const read = readJson(textOf(input.body), message);
  if (!read.ok) return read;
  switch (read.value.kind) {
    case "request": return requestSaid(input, read.value);
    case "return": return returnSaid(input, read.value);
    case "stock": {
      const { item, warehouse, onHand, allocated, changed } = read.value;
      // counted after the move that made it be told, with all that moved until then: of two counts the one that came later counts
      return toEvents(input, [said({ type: "stock.positioned", at: changed, data: { item, warehouse, version: epochMs(input.receivedAt), onHand, allocated, at: changed } })]);
    }
  }
}

function requestSaid(input: TranslationInput<TrytonSettings>, read: z.infer<typeof request>): Translation {
  const told = progressed(read);
  if (read.entity !== input.entity || told === null) return toEvents(input, [], "a shipment that is not ours, or is still being made");
  if (read.asked.length === 0) return fail("CTR-01", `the note that says what shipment ${read.number} was asked for is gone: write it again, or enter the shipment by hand`, "asked");
  const events: Said[] = [told];
  const left = read.moves.filter(({ state, quantity }) => state === "done" && Number(quantity) > 0);
  if (read.state === "done" && left.length > 0) events.push(said({
    type: "shipment.confirmed", at: read.changed, data: {
      shipment: read.number, version: epochMs(read.changed), warehouse: read.warehouse, shippedAt: movedAt(read.effective, read.changed),
      // what nobody asked for goes by its own name: the order has no such line, and that is found there
      lines: left.map((move) => ({ shipmentLine: String(move.id), order: read.order, orderLine: move.line ?? move.item, request: read.request, item: move.item, quantity: move.quantity, substitute: move.line !== null && read.asked.find((row) => row.line === move.line)?.item !== move.item })),
    },
  }));
  return toEvents(input, events);
}

const dispositions = { stock: "restock", waste: "scrap" } as const;
function returnSaid(input: TranslationInput<TrytonSettings>, read: z.infer<typeof returned>): Translation {
  const number = read.reference?.trim().split(/\s+/)[0] ?? "", ours = read.moves.filter(({ from }) => from?.entity === input.entity), order = ours[0]?.from?.order;
  if (order === undefined) return toEvents(input, [], "a return of nothing that we released");
  if (number === "") return fail("CTR-01", `return ${read.number} has no reference: enter the number of the return there`, "reference");
  return toEvents(input, [said({
    type: "return.received", at: read.changed, data: {
      return: number, version: epochMs(read.changed), order, receivedAt: movedAt(read.effective, read.changed), warehouse: read.warehouse, receipt: read.number,
      lines: ours.map(({ item, quantity, place, from }) => ({ line: from?.line ?? item, item, quantity, ...(place === null ? {} : { disposition: dispositions[place] }) })),
    },
  })]);
}
