import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";
import { answerSlowHeaders } from "@/server/api/public/slow-headers";
import { env } from "@/server/config/env";
import { shutdown } from "@/server/observability/shutdown";

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => shutdown.abort());

// Next makes its server itself and listens before this runs: the first request tells which it is
const requests = "http.server.request.start";
const meet = (message: unknown): void => {
  unsubscribe(requests, meet);
  answerSlowHeaders((message as { server: Server }).server, env().TOWER_DOOR_SECONDS * 1000);
};
subscribe(requests, meet);
