import { listOrders } from "@/server/api/public/orders";
import { composition } from "@/server/composition";

export async function GET(request: Request): Promise<Response> {
  return listOrders((await composition()).services, request);
}
