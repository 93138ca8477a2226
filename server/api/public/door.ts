import { randomUUID } from "node:crypto";
import { composition } from "@/server/composition";
import { logger } from "@/server/observability/logger";
import type { Services } from "../services";
import { unlimited, type Entry } from "../admission";
import { problem } from "./problem";

/** What the public doors may use of the services. */
export type Doors = Pick<Services, "query" | "receive" | "clientOf" | "verifyWebhook" | "health" | "metrics" | "isOutage" | "admission">;
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof methods)[number];
type Answer<P> = (services: Doors, request: Request, parameters: P, entry: Entry) => Response | Promise<Response>;
type Handler<P> = (request: Request, context: { params: Promise<P> }) => Promise<Response>;

/** Seconds after which a caller may try again while the database is away. */
const retryAfter = "5";

/**
 * One public address: how each of its methods is answered. What brings something is let in while there is room, else 429; what comes too slowly is 408. Every other method is 405, and whatever goes wrong is a problem
 * (RFC 9457): 503 while the database does not answer, 500 with the number under which the log tells more.
 */
export function door<P = unknown>(answers: Partial<Record<Method, Answer<P>>>, open: () => Promise<Doors> = async () => (await composition()).services): Record<Method | "OPTIONS", Handler<P>> {
  const allowed = methods.filter((method) => answers[method]).join(", ");
  const handlerOf = (method: Method): Handler<P> => async (request, context) => {
    const answer = answers[method];
    if (!answer) return problem(405, { code: "METHOD", message: `This address takes ${allowed}` }, { headers: { allow: allowed } });
    const services = await open();
    try {
      const parameters = await context.params;
      if (method === "GET") return await answer(services, request, parameters, unlimited);
      return await services.admission.admit((entry) => answer(services, request, parameters, entry));
    } catch (error) {
      if (services.isOutage(error)) return problem(503, { code: "UNAVAILABLE", message: "The database does not answer; nothing of this request was kept" }, { headers: { "retry-after": retryAfter } });
      const correlationId = randomUUID();
      logger.error({ error, correlationId }, "a public door failed");
      return problem(500, { code: "INTERNAL", message: "Something went wrong here, and the log has it" }, { correlationId });
    }
  };
  const options: Handler<P> = () => Promise.resolve(new Response(null, { status: 204, headers: { allow: allowed } }));
  return { ...(Object.fromEntries(methods.map((method) => [method, handlerOf(method)])) as Record<Method, Handler<P>>), OPTIONS: options };
}

/** Where no door is, whatever the method. */
export const noDoor: Handler<unknown> = (request) => Promise.resolve(problem(404, { code: "NO_SUCH_ADDRESS", message: `Nothing answers at ${new URL(request.url).pathname.slice(0, 120)}; the addresses are in /api/v1/openapi.json` }));
