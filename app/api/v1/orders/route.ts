import { door } from "@/server/api/public/door";
import { listOrders } from "@/server/api/public/orders";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = door({ GET: listOrders });
