import type { JobName } from "./catalog";
import type { Maintenance } from "./ports";

export type Handlers = { readonly [N in JobName]: () => Promise<number> };

/** Thin: each job is one call of a port. Answers go to the log. */
export const createHandlers = (maintenance: Maintenance, sendNotices: () => Promise<number>): Handlers => ({
  "maintenance.prune": () => maintenance.prune(),
  "policy.follow": () => maintenance.followPolicies(),
  "audit.seal": () => maintenance.sealAudit(),
  "feeds.silent": () => maintenance.tellSilentFeeds(),
  "notices.send": sendNotices,
});
