import type pg from "pg";
import type { Broadcasts, CommandStore, Inbox, PlanStore, Reconciliation } from "@/server/pipeline/ports";
import { changedChannel } from "./changes";
import { createCommandStore, createReconciliation } from "./commands/command-store";
import { createBroadcasts } from "./facts/broadcasts";
import { createInbox } from "./inbox/inbox-store";
import type { SerialKeyOf } from "./plan/commands";
import { createPlanStore } from "./plan/plan-store";
import { createPolicies, type Policies } from "./policies";
import { createSignals, type Signals } from "./signals";

export interface Stores { inbox: Inbox; broadcasts: Broadcasts; plans: PlanStore; commands: CommandStore; reconciliation: Reconciliation; policies: Policies; signals: Signals }
export interface StoreOptions {
  pool: pg.Pool;
  /** From the connectors' `serializeBy`; must be quick, it is asked while subjects are locked. Default: no order is needed. */
  serialKeyOf?: SerialKeyOf;
}

/** The pipeline's ports over PostgreSQL. One instance a process; needs at least two connections of the pool. */
export function createStores({ pool, serialKeyOf = () => null }: StoreOptions): Stores {
  const policies = createPolicies(pool), signals = createSignals(pool, changedChannel);
  return {
    policies, signals, inbox: createInbox(pool, policies, signals), broadcasts: createBroadcasts(pool, signals), plans: createPlanStore({ pool, policies, signals, serialKeyOf }),
    commands: createCommandStore(pool, policies, signals), reconciliation: createReconciliation(pool),
  };
}
