import type { Stage } from "@/server/domain/stages";

/** Stages as people say them: the name, and what an order in it waits for. */
export const stageWords: Readonly<Record<Stage, { name: string; waits: string }>> = {
  transit: { name: "In transit", waits: "the first message" }, intake: { name: "Intake", waits: "reading" }, validate: { name: "Validate", waits: "codes and tax" },
  approve: { name: "Approve", waits: "its last hold" }, scheduled: { name: "Scheduled", waits: "its release date" }, allocate: { name: "Allocate", waits: "stock" },
  backorder: { name: "Back order", waits: "stock to come" }, release: { name: "Release", waits: "the warehouse" }, fulfil: { name: "Fulfil", waits: "shipment" },
  notify: { name: "Notify", waits: "the customer to be told" }, deliver: { name: "Deliver", waits: "delivery" }, bill_wait: { name: "Wait to bill", waits: "its billing date" },
  bill_control: { name: "Billing control", waits: "tax and holds" }, post: { name: "Post", waits: "the ledger" }, send: { name: "Send invoice", waits: "the customer’s channel" },
  collect: { name: "Collect", waits: "payment" }, apply: { name: "Apply cash", waits: "application" }, closed: { name: "Closed", waits: "nothing" },
  return_request: { name: "Return asked", waits: "authorisation" }, return_inbound: { name: "Return under way", waits: "the goods" }, inspect: { name: "Inspect", waits: "a disposition" },
  credit_control: { name: "Credit control", waits: "tax and holds" }, credit_post: { name: "Post credit", waits: "the ledger" }, credit_settle: { name: "Settle credit", waits: "application or refund" },
};

/** A stage by name; what is no stage (captured, complete) by its own word. */
export function stageName(stage: string): string {
  const known = (stageWords as Readonly<Record<string, { name: string }>>)[stage];
  return known?.name ?? stage.charAt(0).toUpperCase() + stage.slice(1).replaceAll("_", " ");
}
