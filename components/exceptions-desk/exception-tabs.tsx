import { Tabs } from "@/components/ui/tabs";
import { findingsHref } from "./findings-search";
import { deskHref, type DeskSearch } from "./search";

const states = { open: "Open", retry: "In retry", snoozed: "Snoozed", resolved: "Resolved" } as const;
type State = keyof typeof states;

/** The states of causes, and apart from them what is told without being counted: findings have no number here. */
export function ExceptionTabs({ search, current, counts }: { search: DeskSearch; current: State | "findings"; counts?: Record<State, number> | undefined }) {
  return (
    <Tabs label="State" current={current} tabs={[
      ...(Object.keys(states) as State[]).map((tab) => ({ key: tab, label: states[tab], href: deskHref(search, { tab, group: null }), count: counts?.[tab] })),
      { key: "findings", label: "Findings", href: findingsHref({}) },
    ]} />
  );
}
