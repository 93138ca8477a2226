import { trytonPerson, type TrytonPerson } from "../tryton-person";

interface Move { id: number; quantity: number; product: number; uom: number; unit_price: unknown; currency: number; company: number; from_location: number; to_location: number; "product.": { code: string }; "to_location.": { type: string } }
interface Shipment { id: number; number: string; state: string; customer: number; delivery_address: number; warehouse: number }
const moveFields = ["quantity", "product", "uom", "unit_price", "currency", "company", "from_location", "to_location", "product.code", "to_location.type"];

/** Who picks, packs and ships in Tryton's warehouse, with the buttons of its client. */
export interface Floor {
  /** The order's shipments in that state, oldest first. */
  shipmentsOf(order: string, state: "assigned" | "done"): Promise<Shipment[]>;
  /** Sends a shipment off; `found`: how many of an item were on the shelf, where it was not all. */
  send(shipment: Shipment, found?: Readonly<Record<string, number>>): Promise<void>;
  /** Goods of an order come back and are put into stock. */
  takeBack(order: string, authorisation: string, item: string, quantity: number): Promise<void>;
}

export async function floorOf(url: string, password: string): Promise<Floor> {
  const picker: TrytonPerson = await trytonPerson(url, "picker", password);
  const search = <T>(model: string, domain: readonly unknown[], fields: readonly string[]): Promise<T[]> => picker.call<T[]>(`model.${model}.search_read`, domain, 0, null, [["id", "ASC"]], fields);
  const press = (model: string, id: number, ...buttons: readonly string[]): Promise<void> => buttons.reduce(async (before, button) => { await before; await picker.call(`model.${model}.${button}`, [id]); }, Promise.resolve());
  const leaving = async ({ id }: Shipment): Promise<Move[]> => (await search<Move>("stock.move", [["shipment", "=", `stock.shipment.out,${id}`], ["state", "!=", "cancelled"]], moveFields)).filter((move) => move["to_location."].type === "customer");
  const shipmentsOf: Floor["shipmentsOf"] = (order, state) => search<Shipment>("stock.shipment.out", [["reference", "like", `rel|%|${order}|%`], ["state", "=", state]], ["number", "state", "customer", "delivery_address", "warehouse"]);
  return {
    shipmentsOf,
    send: async (shipment, found = {}) => {
      await press("stock.shipment.out", shipment.id, "pick");
      for (const move of await leaving(shipment)) {
        const there = found[move["product."].code];
        if (there !== undefined && there < move.quantity) await picker.call("model.stock.move.write", [move.id], { quantity: there });
      }
      await press("stock.shipment.out", shipment.id, "pack", "done");
    },
    takeBack: async (order, authorisation, item, quantity) => {
      const shipments = await shipmentsOf(order, "done"), moves = (await Promise.all(shipments.map(leaving))).flat(), sent = moves.find((move) => move["product."].code === item), [shipment] = shipments;
      if (!sent || !shipment) throw new Error(`no ${item} of ${order} was sent`);
      const [warehouse] = await search<{ input_location: number }>("stock.location", [["id", "=", shipment.warehouse]], ["input_location"]);
      const { product, uom, unit_price, currency, company, to_location } = sent;
      const move = { product, uom, unit_price, currency, company, quantity, from_location: to_location, to_location: warehouse?.input_location, origin: `stock.move,${sent.id}` };
      const [id = 0] = await picker.call<number[]>("model.stock.shipment.out.return.create", [{ customer: shipment.customer, delivery_address: shipment.delivery_address, warehouse: shipment.warehouse, company, reference: `${authorisation} ${order}`, incoming_moves: [["create", [move]]] }]);
      await press("stock.shipment.out.return", id, "receive", "done");
    },
  };
}
