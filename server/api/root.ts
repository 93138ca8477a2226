import { adoptionRouter } from "./routers/adoption";
import { bulkRouter } from "./routers/bulk";
import { closeRouter } from "./routers/close";
import { completenessRouter } from "./routers/completeness";
import { crossReferenceRouter } from "./routers/cross-reference";
import { connectorsRouter } from "./routers/connectors";
import { noticesRouter } from "./routers/notices";
import { ordersRouter } from "./routers/orders";
import { postingsRouter } from "./routers/postings";
import { reportsRouter } from "./routers/reports";
import { reconciliationRouter } from "./routers/reconciliation";
import { routesRouter } from "./routers/routes";
import { serviceLevelsRouter } from "./routers/service-levels";
import { stockRouter } from "./routers/stock";
import { shellRouter } from "./routers/shell";
import { towerRouter } from "./routers/tower";
import { traceRouter } from "./routers/trace";
import { viewsRouter } from "./routers/views";
import { router } from "./trpc";
import { exceptionsRouter } from "./routers/exceptions";
import { holdsRouter } from "./routers/holds";
import { liveRouter } from "./routers/live";

/** Every procedure of the screens; one folder for each noun, one file for each procedure. */
export const appRouter = router({ adoption: adoptionRouter, bulk: bulkRouter, close: closeRouter, completeness: completenessRouter, connectors: connectorsRouter, crossReference: crossReferenceRouter, exceptions: exceptionsRouter, holds: holdsRouter, live: liveRouter, notices: noticesRouter, orders: ordersRouter, postings: postingsRouter, reconciliation: reconciliationRouter, reports: reportsRouter, routes: routesRouter, serviceLevels: serviceLevelsRouter, shell: shellRouter, stock: stockRouter, tower: towerRouter, trace: traceRouter, views: viewsRouter });
export type AppRouter = typeof appRouter;
