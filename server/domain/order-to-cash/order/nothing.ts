import type { LineView, OrderView } from "./view";

/** Without lines, or with none that orders anything. */
export const ordersNothing = (lines: readonly LineView[]): boolean => lines.every((row) => row.walk.moved.every(({ ordered }) => ordered.isZero()) && row.walk.substitutes.length === 0);

/** An order of nothing that was cancelled as a whole: nobody is asked any more what it means. */
export const isCalledOff = ({ lines, record }: Pick<OrderView, "lines" | "record">): boolean => ordersNothing(lines) && record.cancels.some(({ data }) => !data.lines);
