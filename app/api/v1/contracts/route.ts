import { publishedContracts } from "@/server/api/public/contracts";
import { door } from "@/server/api/public/door";

export const dynamic = "force-dynamic";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = door({ GET: () => Response.json({ contracts: publishedContracts() }) });
