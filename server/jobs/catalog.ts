import { z } from "zod";
import { entityCode, subjectKinds } from "@/server/domain/subject";

/** One kind of job: what it is given, when it runs by itself, how long it may take and how often it is tried again. */
interface JobDefinition<S extends z.ZodType = z.ZodType> {
  readonly payload: S;
  /** Cron in UTC; null: only when somebody asks. */
  readonly schedule: string | null;
  readonly timeoutSeconds: number;
  readonly retry: { readonly limit: number; readonly delaySeconds: number };
}
const job = <S extends z.ZodType>(definition: JobDefinition<S>): JobDefinition<S> => definition;
const nothing = z.object({});

/**
 * Every job, on one screen. Jobs are for schedules and maintenance; commands and bulk actions are claimed from their own rows
 * and the pipeline's stages are loops. Each may run twice, and must then add nothing.
 */
export const jobs = {
  "maintenance.prune": job({ payload: nothing, schedule: "17 3 * * *", timeoutSeconds: 1800, retry: { limit: 2, delaySeconds: 300 } }),
  "policy.follow": job({ payload: nothing, schedule: "* * * * *", timeoutSeconds: 300, retry: { limit: 0, delaySeconds: 1 } }),
  "audit.seal": job({ payload: nothing, schedule: "* * * * *", timeoutSeconds: 300, retry: { limit: 0, delaySeconds: 1 } }),
  "feeds.silent": job({ payload: nothing, schedule: "* * * * *", timeoutSeconds: 300, retry: { limit: 0, delaySeconds: 1 } }),
  "notices.send": job({ payload: nothing, schedule: "* * * * *", timeoutSeconds: 300, retry: { limit: 0, delaySeconds: 1 } }),
  "bulk.plan": job({ payload: z.object({ entity: entityCode, kind: z.enum(subjectKinds) }), schedule: null, timeoutSeconds: 3600, retry: { limit: 3, delaySeconds: 60 } }),
} as const satisfies Record<string, JobDefinition>;

export type JobName = keyof typeof jobs;
export type JobPayload<N extends JobName> = z.infer<(typeof jobs)[N]["payload"]>;
export const jobNames = Object.keys(jobs) as JobName[];
