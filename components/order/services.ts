import type { OrderDetail } from "@/server/api/shapes";
import { add } from "@/components/ui/sum";

/** A service of the order of which the order desk must still say that it was done; `open` in base units. */
export interface OpenService { line: string; item: string; description: string | null; open: string }

/** As the books have it: what waits with the order desk, by line of a service. */
export function openServices({ lines, slices, order }: Pick<OrderDetail, "lines" | "slices"> & { order: { id: string } }): OpenService[] {
  return lines.filter(({ method }) => method === "service").flatMap(({ line, item, description }) => {
    const waiting = slices.filter((slice) => slice.subjectId === order.id && slice.line === line && slice.validTo === null && slice.stage === "fulfil" && slice.holder === "order_desk");
    return waiting.length === 0 ? [] : [{ line, item, description, open: add(waiting.map(({ quantity }) => quantity)) }];
  });
}
