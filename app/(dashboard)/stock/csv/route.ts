import { stockSearch } from "@/components/stock/search";
import { api } from "@/server/api/caller";
import { csvList } from "../../csv";

/** The positions of the list as CSV. */
export async function GET(request: Request): Promise<Response> {
  const caller = await api(), { show, find } = stockSearch(Object.fromEntries(new URL(request.url).searchParams));
  return csvList("stock", ["entity", "item", "warehouse", "state", "warehouseSystem", "onHand", "reserved", "free", "channel", "channelOnHand", "channelReserved", "channelFree", "underWay", "difference", "since", "cause"],
    (page) => caller.stock.list({ ...(show ? { show } : {}), ...(find ? { find } : {}), ...page }),
    ({ items }) => items.map((row) => [row.entity, row.item, row.warehouse, row.standing, row.keeper, row.onHand, row.reserved, row.free, row.channel, row.channelOnHand, row.channelReserved, row.channelFree, row.underway, row.difference, row.since, row.cause]));
}
