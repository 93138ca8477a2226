import { composition } from "@/server/composition";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const { contentType, text } = await (await composition()).services.metrics();
  return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
}
