import type { FulfilmentProgressed, ShipmentConfirmed } from "../../../domain/contracts/fulfilment";
import { dec, min, positive, sumOf, text, type Decimal } from "../../../domain/decimal";
import type { Instant } from "../../../domain/instant";
import type { CommandPayloads } from "../../../domain/payloads";
import { said, type Answer, type Handle } from "./target";

interface Request { order: string; warehouse: string; version: number; closed: boolean; lines: Map<string, { released: Decimal; recalled: Decimal }> }

export interface Warehouse {
  handle: Handle;
  /** Units that may be allocated of an item; unlimited where never told. */
  stock(item: string, quantity: string): void;
  /** What really left the dock, known to the warehouse before the tower hears of it. */
  physically(shipment: ShipmentConfirmed): void;
  /** Closes the newest open request of an order and says what is short; null where it has none. */
  close(order: string): FulfilmentProgressed | null;
}

/** A warehouse that accepts releases, reserves what it has, and gives back on recall what has not left the dock yet. */
export function createWarehouse(): Warehouse {
  const requests = new Map<string, Request>();
  const shipments = new Map<string, ShipmentConfirmed>();
  const stock = new Map<string, Decimal>();
  const reserved = new Map<string, { item: string; quantity: Decimal }>();

  const shipped = (order: string, line: string, now: Instant) =>
    sumOf([...shipments.values()].filter((shipment) => !shipment.reversed && shipment.shippedAt <= now).flatMap((shipment) => shipment.lines), (row) => (row.order === order && (row.component === undefined ? row.orderLine : `${row.orderLine}/${row.component}`) === line ? dec(row.quantity) : dec(0)));

  const progress = (request: string, entry: Request, state: "accepted" | "recalled", source: string) => said({
    type: "fulfilment.progressed", source,
    data: { order: entry.order, request, version: entry.version, warehouse: entry.warehouse, state, lines: [...entry.lines].map(([line, row]) => ({ line, released: text(row.released), picked: "0", packed: "0", short: "0", over: "0", recalled: text(row.recalled) })) },
  });

  const release = (payload: CommandPayloads["release_to_warehouse"], source: string): Answer => {
    const entry: Request = { order: payload.order, warehouse: payload.warehouse ?? "W1", version: 1, closed: false, lines: new Map() };
    for (const { line, quantity } of payload.lines) entry.lines.set(line, { released: dec(quantity).plus(entry.lines.get(line)?.released ?? 0), recalled: dec(0) });
    requests.set(payload.request, entry);
    return { reference: payload.request, result: { request: payload.request, warehouse: entry.warehouse, state: "accepted", reason: null }, events: [progress(payload.request, entry, "accepted", source)] };
  };

  const recall = (payload: CommandPayloads["recall_release"], now: Instant, source: string): Answer => {
    const entry = requests.get(payload.request);
    const accepted: { line: string; quantity: string }[] = [], refused: { line: string; quantity: string }[] = [];
    for (const asked of payload.lines) {
      const here = entry?.lines.get(asked.line);
      const ofOrder = [...requests.values()].filter((other) => other.order === payload.order).flatMap((other) => [...other.lines]).filter(([line]) => line === asked.line);
      const left = positive(sumOf(ofOrder, ([, row]) => row.released.minus(row.recalled)).minus(shipped(payload.order, asked.line, now)));
      const given = min(dec(asked.quantity), min(left, here ? here.released.minus(here.recalled) : dec(0)));
      if (here) here.recalled = here.recalled.plus(given);
      if (given.gt(0)) accepted.push({ line: asked.line, quantity: text(given) });
      if (given.lt(asked.quantity)) refused.push({ line: asked.line, quantity: text(dec(asked.quantity).minus(given)) });
    }
    if (!entry) return { reference: payload.request, result: { accepted, refused }, events: [] };
    entry.version += 1;
    const all = [...entry.lines.values()].every((row) => row.recalled.eq(row.released));
    return { reference: payload.request, result: { accepted, refused }, events: [progress(payload.request, entry, all ? "recalled" : "accepted", source)] };
  };

  const allocate = (payload: CommandPayloads["request_allocation"], source: string): Answer => {
    const key = `${payload.order}/${payload.line}`;
    reserved.delete(key);
    const free = stock.get(payload.item)?.minus(sumOf([...reserved.values()].filter((row) => row.item === payload.item), (row) => row.quantity));
    const allocated = free ? min(dec(payload.quantity), positive(free)) : dec(payload.quantity);
    reserved.set(key, { item: payload.item, quantity: allocated });
    const answer = { allocated: text(allocated), backordered: text(dec(payload.quantity).minus(allocated)) };
    return {
      reference: `${key}/${payload.revision}`, result: { ...answer, warehouse: payload.warehouse ?? "W1", availableOn: null, refusedReason: null },
      events: [said({ type: "stock.allocated", source, data: { order: payload.order, line: payload.line, revision: payload.revision, ...answer, warehouse: payload.warehouse ?? "W1" } })],
    };
  };

  const close = (order: string): FulfilmentProgressed | null => {
    const open = [...requests].filter(([, entry]) => entry.order === order && !entry.closed).at(-1);
    if (!open) return null;
    const [request, entry] = open;
    entry.version += 1;
    entry.closed = true;
    const lines = [...entry.lines].map(([line, row]) => {
      const rest = positive(row.released.minus(row.recalled).minus(shipped(order, line, "9999")));
      return { line, released: text(row.released), picked: text(row.released.minus(rest)), packed: text(row.released.minus(rest)), short: text(rest), over: "0", recalled: text(row.recalled) };
    });
    return { order, request, version: entry.version, warehouse: entry.warehouse, state: "closed", lines };
  };

  const handle: Handle = (row, now) => {
    if (row.kind === "release_to_warehouse") return release(row.payload as unknown as CommandPayloads["release_to_warehouse"], row.connector);
    if (row.kind === "recall_release") return recall(row.payload as unknown as CommandPayloads["recall_release"], now, row.connector);
    if (row.kind === "request_allocation") return allocate(row.payload as unknown as CommandPayloads["request_allocation"], row.connector);
    return { code: "REL-01", message: `the warehouse does not know ${row.kind}` };
  };
  return {
    handle, close,
    stock: (item, quantity) => { stock.set(item, dec(quantity)); },
    physically: (shipment) => { const known = shipments.get(shipment.shipment); if (!known || known.version < shipment.version) shipments.set(shipment.shipment, shipment); },
  };
}
