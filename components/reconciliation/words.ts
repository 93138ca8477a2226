import type { ChipKind } from "@/components/ui/chip";
import type { IconName } from "@/components/ui/icon";
import type { ItemFilter, StatementView } from "@/server/api/shapes";
import type { ResultCode, RuleName } from "@/server/domain/reconciliation/documents";
import type { ItemState } from "@/server/domain/reconciliation/settling";

export const resultWords: Readonly<Record<ResultCode, { word: string; icon: IconName; kind: ChipKind }>> = {
  matched: { word: "Matched", icon: "check", kind: "ok" }, missing_in_a: { word: "Missing in A", icon: "file-x", kind: "drift" }, missing_in_b: { word: "Missing in B", icon: "file-x", kind: "drift" },
  amount_differs: { word: "Amount differs", icon: "equal-not", kind: "drift" }, tax_differs: { word: "Tax differs", icon: "equal-not", kind: "drift" },
};
export const ruleWords: Readonly<Record<RuleName, string>> = {
  settled_before: "settled before", reference: "by reference", number: "by number", one_to_one: "one to one", one_to_many: "one to many", many_to_many: "many to many", same_amount: "by amount alone", none: "alone",
};
export const stateWords: Readonly<Record<ItemState, string>> = { agreed: "agrees by itself", open: "open", proposed: "waits for a second person", settled: "settled", refused: "refused", carried: "carried into the next statement" };
export const filterWords: Readonly<Record<ItemFilter, string>> = { open: "Open", suggested: "Suggested", proposed: "Second person", settled: "Settled", agreed: "Agrees", all: "All" };
const excludedWords: Readonly<Record<string, string>> = {
  voided: "voided", in_flight: "sent and not read back yet", draft: "drafts", without_total: "without a total", adopted: "adopted by a person", observed: "of orders that are only observed", reversed: "reversed",
};
export const excludedText = (rule: string): string => excludedWords[rule] ?? rule.replaceAll("_", " ");

/** How many items of a statement nobody has settled, and by how much the sides differ by them. */
export function unsettled({ standing }: StatementView): { items: number; waiting: number; money: { currency: string; difference: string }[] } {
  const open = standing.filter(({ state }) => state === "open" || state === "proposed");
  return { items: open.reduce((total, { items }) => total + items, 0), waiting: open.filter(({ state }) => state === "proposed").reduce((total, { items }) => total + items, 0), money: open.map(({ currency, difference }) => ({ currency, difference })) };
}
