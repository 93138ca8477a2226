import { zero, type Decimal } from "../../../decimal";
import { addMs, minutes, type Instant } from "../../../instant";
import type { OrderView } from "../view";
import type { FulfilmentRequest } from "./requests";

/** Goods of a closed request that left by the warehouse's own word, on shipments that nobody has told us of. */
export interface Unheard { request: FulfilmentRequest; /** By goods. */ lines: Map<string, Decimal>; /** From then on it is no longer a message on its way (P19). */ from: Instant }

export function unheardShipments(view: OrderView): Unheard[] {
  if (view.observing) return [];
  return view.requests.flatMap((request): Unheard[] => {
    if (request.state !== "live" || request.stage !== "closed" || request.shortAt === null) return [];
    const lines = new Map([...request.lines].filter(([, row]) => row.inProcess.gt(zero)).map(([key, row]) => [key, row.inProcess]));
    return lines.size === 0 ? [] : [{ request, lines, from: addMs(request.shortAt, minutes(view.policy.unseenDocumentWaitMinutes)) }];
  });
}
