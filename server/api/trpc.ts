import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { mayDo, type Permission } from "@/server/domain/rights";
import type { Failure, Result } from "@/server/domain/result";
import { unkeepablePlace, whyUnkeepable } from "@/server/domain/text";
import { logger } from "@/server/observability/logger";
import type { Person, Services } from "./services";

/** `chosenEntity` narrows what lists and figures show; it never widens a right. */
export interface Context { services: Services; person: Person | null; chosenEntity: string | null }

const codes: Record<string, TRPCError["code"]> = { FORBIDDEN: "FORBIDDEN", NOT_FOUND: "NOT_FOUND", CONFLICT: "CONFLICT", STATE: "CONFLICT", UNAUTHENTICATED: "UNAUTHORIZED" };
/** The one mapper of expected failures to the outside of tRPC. */
export const refused = (failure: Failure): TRPCError => new TRPCError({ code: codes[failure.code] ?? "BAD_REQUEST", message: failure.message, cause: failure });
/** The value of an act that was done; throws its refusal. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw refused(result.error);
  return result.value;
}

const trpc = initTRPC.context<Context>().create({
  transformer: superjson,
  errorFormatter({ shape, error }) {
    const internal = error.code === "INTERNAL_SERVER_ERROR";
    return { ...shape, message: internal ? "Something failed here. It was logged." : shape.message, data: { code: shape.data.code, httpStatus: shape.data.httpStatus, path: shape.data.path } };
  },
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
});

export const router = trpc.router;
export const createCaller = trpc.createCallerFactory;

const logged = trpc.middleware(async ({ path, type, next }) => {
  const result = await next();
  if (!result.ok && result.error.code === "INTERNAL_SERVER_ERROR") logger.error({ path, type, error: result.error.cause ?? result.error }, "procedure failed");
  return result;
});

/** What no column can keep is refused before anything is asked for it. */
const keepable = trpc.middleware(async ({ getRawInput, next }) => {
  if (unkeepablePlace(await getRawInput()) !== null) throw new TRPCError({ code: "BAD_REQUEST", message: whyUnkeepable });
  return next();
});

/** Signed in, nothing more. Every other check names its permission. */
export const signedIn = trpc.procedure.use(logged).use(keepable).use(({ ctx, next }) => {
  if (!ctx.person) throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in first" });
  return next({ ctx: { ...ctx, person: ctx.person } });
});

/** Readers see the entities that any of their grants names. */
export const reader = signedIn.use(({ ctx, next }) => {
  if (ctx.person.grants.length === 0) throw new TRPCError({ code: "FORBIDDEN", message: "No right in any entity yet. Ask an administrator." });
  const allowed = ctx.person.grants.some((grant) => grant.entity === "*") ? null : [...new Set(ctx.person.grants.map((grant) => grant.entity))];
  const chosen = ctx.chosenEntity !== null && (allowed === null || allowed.includes(ctx.chosenEntity)) ? [ctx.chosenEntity] : null;
  return next({ ctx: { ...ctx, allowed, entities: chosen ?? allowed } });
});

/** Throws FORBIDDEN with the missing role where the person may not. */
export function demand(person: Person, permission: Permission, entity: string): void {
  const allowed = mayDo(person.grants, permission, entity);
  if (!allowed.ok) throw refused(allowed.error);
}
