import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createContext } from "@/server/api/context";
import { problem } from "@/server/api/public/problem";
import { appRouter } from "@/server/api/root";
import { isForeign } from "@/server/api/same-origin";
import { env } from "@/server/config/env";

const handler = (request: Request): Promise<Response> => fetchRequestHandler({ endpoint: "/api/trpc", req: request, router: appRouter, createContext });
const act = (request: Request): Response | Promise<Response> =>
  isForeign(request, env().NEXTAUTH_URL) ? problem(403, { code: "FOREIGN_ORIGIN", message: "This comes from a page of another address" }) : handler(request);
export { handler as GET, act as POST };
