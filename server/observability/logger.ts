import pino from "pino";
import { logLevel } from "../config/env";

/** One line of JSON for each event. Keys that may hold secrets never reach the log. */
export const logger = pino({
  level: logLevel(),
  base: { service: "ledgerline" },
  serializers: { error: pino.stdSerializers.err },
  redact: { paths: ["*.authorization", "*.password", "*.secret", "*.secrets", "*.token", "headers.authorization", "headers.cookie", "password", "secret", "token"], censor: "[masked]" },
});
export type Logger = typeof logger;
