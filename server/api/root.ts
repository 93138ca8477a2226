import { router } from "./trpc";
import { liveRouter } from "./routers/live";

/** Every procedure of the screens; one folder for each noun, one file for each procedure. */
export const appRouter = router({ live: liveRouter });
export type AppRouter = typeof appRouter;
