import { getOrder } from "@/server/api/public/orders";
import { composition } from "@/server/composition";

export async function GET(request: Request, { params }: { params: Promise<{ number: string }> }): Promise<Response> {
  return getOrder((await composition()).services, request, decodeURIComponent((await params).number));
}
