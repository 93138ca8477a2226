import { door } from "@/server/api/public/door";
import { getOrder } from "@/server/api/public/orders";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = door<{ number: string }>({ GET: (services, request, { number }) => getOrder(services, request, number) });
