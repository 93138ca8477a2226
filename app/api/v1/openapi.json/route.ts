import { door } from "@/server/api/public/door";
import { openApi } from "@/server/api/public/openapi";

export const dynamic = "force-dynamic";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = door({ GET: () => Response.json(openApi()) });
