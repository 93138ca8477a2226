import { composition } from "@/server/composition";

export const dynamic = "force-dynamic";

/** 200 with `status: ok`, or 503 with the reason. Needs no key and tells no names. */
export async function GET(): Promise<Response> {
  const report = await (await composition()).services.health();
  return Response.json(report, { status: report.status === "ok" ? 200 : 503, headers: { "cache-control": "no-store" } });
}
