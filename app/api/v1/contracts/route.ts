import { publishedContracts } from "@/server/api/public/contracts";

export const dynamic = "force-dynamic";

export function GET(): Response {
  return Response.json({ contracts: publishedContracts() });
}
