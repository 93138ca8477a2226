import type { OrderDetail } from "@/server/api/shapes";

/** Its own systems lead it; the tower sends nothing for it and counts nothing of it. */
export const isWatched = ({ order }: Pick<OrderDetail, "order">): boolean => order.facets.includes("managed_elsewhere");
