import { composition } from "@/server/composition";
import { startWorker } from "./start-worker";

startWorker(await composition("worker"));
