import "server-only";
import { createContext } from "./context";
import { appRouter } from "./root";
import { createCaller } from "./trpc";

/** The router as a function for server components: the same checks as over HTTP. */
export const api = async () => createCaller(appRouter)(await createContext());
