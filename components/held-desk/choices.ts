import { consequencesOf, type Consequence } from "@/server/domain/holds";

const words: Record<Consequence, string> = {
  bill: "Bill the excess", absorb: "Absorb it: free of charge", take_back: "Take it back", bill_with_tax: "Bill with tax", accept: "Accept, with a promised date", next_open_period: "Post in the next open period",
  return_to_source: "Return to its source", cancel: "Cancel it", reprice: "Ask for a new price",
};
/** What may follow a decision about a hold of this code, in words; empty where nothing is to be chosen. */
export const sequels = (rule: string, verdict: "approve" | "reject"): { value: Consequence; label: string }[] => consequencesOf(rule, verdict).map((value) => ({ value, label: words[value] }));
/** Sequels that every one of several holds may have. */
export const commonSequels = (rules: readonly string[], verdict: "approve" | "reject"): { value: Consequence; label: string }[] =>
  sequels(rules[0] ?? "", verdict).filter(({ value }) => rules.every((rule) => consequencesOf(rule, verdict).includes(value)));
