import { shutdown } from "@/server/observability/shutdown";

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => shutdown.abort());
