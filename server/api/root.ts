import { ordersRouter } from "./routers/orders";
import { shellRouter } from "./routers/shell";
import { traceRouter } from "./routers/trace";
import { router } from "./trpc";
import { exceptionsRouter } from "./routers/exceptions";
import { holdsRouter } from "./routers/holds";
import { liveRouter } from "./routers/live";

/** Every procedure of the screens; one folder for each noun, one file for each procedure. */
export const appRouter = router({ exceptions: exceptionsRouter, holds: holdsRouter, live: liveRouter, orders: ordersRouter, shell: shellRouter, trace: traceRouter });
export type AppRouter = typeof appRouter;
