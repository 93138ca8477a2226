import { names, system } from "../tower";

interface Position { name: string; item: string; warehouse: string }
/** The position that orders reach last, in the tower's words and in the shop's; and the one before it. */
export function lastPositions(): [Position, Position] {
  const { items, warehouses } = names(), warehouse = warehouses.at(-1);
  const of = (item: (typeof items)[number] | undefined): Position => ({ name: `${item?.erp ?? ""} in ${warehouse?.canonical ?? ""}`, item: item?.shop ?? "", warehouse: warehouse?.shop ?? "" });
  return [of(items.at(-1)), of(items.at(-2))];
}

/** What the shop itself may sell now. */
export async function stockInTheShop(item: string, warehouse: string): Promise<number> {
  const { url, credentials } = system("shop"), query = new URLSearchParams({ item_number: item, warehouse });
  const answer = await fetch(`${url}/api/v2/stock?${query.toString()}`, { headers: { authorization: `Bearer ${credentials.apiKey ?? ""}` } });
  const [row] = ((await answer.json()) as { data: { available: string }[] }).data;
  if (!row) throw new Error(`the shop was never told of ${item} in ${warehouse}`);
  return Number(row.available);
}

/** A clerk of the shop counts otherwise. */
export async function recounted(item: string, warehouse: string, available: number): Promise<void> {
  const answer = await fetch(`${system("shop").url}/_control/recount`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ item, warehouse, available: String(available) }) });
  if (!answer.ok) throw new Error(`the shop did not recount: ${answer.status} ${await answer.text()}`);
}
