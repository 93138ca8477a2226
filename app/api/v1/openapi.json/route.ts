import { openApi } from "@/server/api/public/openapi";

export const dynamic = "force-dynamic";

export function GET(): Response {
  return Response.json(openApi());
}
