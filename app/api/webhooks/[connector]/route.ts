import { postWebhook } from "@/server/api/public/webhooks";
import { composition } from "@/server/composition";

export async function POST(request: Request, { params }: { params: Promise<{ connector: string }> }): Promise<Response> {
  return postWebhook((await composition()).services, (await params).connector, request);
}
