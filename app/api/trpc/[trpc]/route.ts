import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createContext } from "@/server/api/context";
import { appRouter } from "@/server/api/root";

const handler = (request: Request): Promise<Response> => fetchRequestHandler({ endpoint: "/api/trpc", req: request, router: appRouter, createContext });
export { handler as GET, handler as POST };
