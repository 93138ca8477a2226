import { zero, type Decimal } from "../../../decimal";
import type { CommandPayloads } from "../../../payloads";
import type { OrderView } from "../view";
import type { FulfilmentRequest } from "./requests";

/** Pieces that a warehouse has in process for us and that no line holds any more: a component which its kit lost after release. */
export function droppedPieces(view: OrderView): { request: FulfilmentRequest; key: string; item: string; quantity: Decimal }[] {
  const held = new Set(view.lines.flatMap(({ goods }) => goods.map(({ moved }) => moved.key)));
  return view.requests.flatMap((request) => {
    if (request.state !== "live" || !request.command) return [];
    const { lines } = request.command.payload as CommandPayloads["release_to_warehouse"];
    return lines.flatMap(({ line, item }) => { const quantity = request.lines.get(line)?.inProcess ?? zero; return held.has(line) || quantity.isZero() ? [] : [{ request, key: line, item, quantity }]; });
  });
}
