/** One kind of job: when it runs by itself, how long it may take and how often it is tried again. */
interface JobDefinition {
  /** Cron in UTC. */
  readonly schedule: string;
  readonly timeoutSeconds: number;
  readonly retry: { readonly limit: number; readonly delaySeconds: number };
}

/**
 * Every job, on one screen. Jobs are for schedules and maintenance; commands and bulk actions are claimed from their own rows
 * and the pipeline's stages are loops. Each may run twice, and must then add nothing.
 */
export const jobs = {
  "maintenance.prune": { schedule: "17 3 * * *", timeoutSeconds: 1800, retry: { limit: 2, delaySeconds: 300 } },
  "policy.follow": { schedule: "* * * * *", timeoutSeconds: 300, retry: { limit: 0, delaySeconds: 1 } },
  "audit.seal": { schedule: "* * * * *", timeoutSeconds: 300, retry: { limit: 0, delaySeconds: 1 } },
  "feeds.silent": { schedule: "* * * * *", timeoutSeconds: 300, retry: { limit: 0, delaySeconds: 1 } },
  "notices.send": { schedule: "* * * * *", timeoutSeconds: 300, retry: { limit: 0, delaySeconds: 1 } },
} as const satisfies Record<string, JobDefinition>;

export type JobName = keyof typeof jobs;
export const jobNames = Object.keys(jobs) as JobName[];
