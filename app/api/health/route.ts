import { door } from "@/server/api/public/door";
import { getHealth } from "@/server/api/public/health";

export const dynamic = "force-dynamic";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = door({ GET: getHealth });
