import { postEvents } from "@/server/api/public/events";
import { composition } from "@/server/composition";

export async function POST(request: Request): Promise<Response> {
  return postEvents((await composition()).services, request);
}
