import type { Doors } from "./door";

/** `GET /api/health`: 200 with `status: ok`, or 503 with the reason. Needs no key and tells no names. */
export async function getHealth(services: Doors): Promise<Response> {
  const report = await services.health();
  return Response.json(report, { status: report.status === "ok" ? 200 : 503, headers: { "cache-control": "no-store" } });
}

/** `GET /metrics`, for Prometheus. */
export async function getMetrics(services: Doors): Promise<Response> {
  const { contentType, text } = await services.metrics();
  return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
}
