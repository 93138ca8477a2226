import { ok, type Result } from "@/server/domain/result";
import type { OutboundCommand } from "./connector";

/** What a channel calls an item, a warehouse, and the unit in which we count the item; the first that has no code. */
export function stockCodes(command: OutboundCommand): Result<{ item: string; warehouse: string; unit: string }> {
  const { payload } = command, item = command.code("item", String(payload["item"])), warehouse = command.code("warehouse", String(payload["warehouse"])), unit = command.code("base_unit", String(payload["item"]));
  if (!item.ok) return item;
  if (!warehouse.ok) return warehouse;
  return unit.ok ? ok({ item: item.value, warehouse: warehouse.value, unit: unit.value }) : unit;
}
