"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { SavedViews } from "@/components/views/saved-views";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { useKeys } from "@/components/ui/keys";
import { moved } from "@/components/ui/row-cursor";
import { Segmented } from "@/components/ui/segmented";
import { Sums } from "@/components/ui/sums";
import { toggled } from "@/components/ui/table-model";
import type { ExceptionDetail, ExceptionList } from "@/server/api/shapes";
import { ExceptionTabs } from "./exception-tabs";
import { CausesBulk } from "./bulk";
import { GroupDetail } from "./group-detail";
import { GroupList } from "./group-list";
import { deskHref, type DeskSearch } from "./search";

const kindOptions = [["", "All"], ["technical,contract", "Technical"], ["mapping", "Mapping"], ["business", "Business"], ["drift", "Drift"], ["sla", "Late"]] as const;

/** The ops lead's desk: causes by money at stake, one open beside the list. */
export function ExceptionsDesk({ search, initialList, initialDetail }: { search: DeskSearch; initialList: ExceptionList; initialDetail: ExceptionDetail | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const list = useQuery({ ...trpc.exceptions.list.queryOptions(search.filter), initialData: initialList });
  const shown = search.group ?? initialDetail?.group.fingerprint;
  const detail = useQuery({ ...trpc.exceptions.get.queryOptions({ fingerprint: shown ?? "" }), enabled: shown !== undefined, ...(initialDetail && initialDetail.group.fingerprint === shown ? { initialData: initialDetail } : {}) });
  const { groups, totals } = list.data;
  const [active, setActive] = useState<string | undefined>(shown ?? groups[0]?.fingerprint);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const picked = groups.filter(({ fingerprint }) => ticked.has(fingerprint));
  const tick = (fingerprint: string): void => { setTicked((before) => toggled(before, fingerprint)); };
  const move = (by: number): void => {
    const next = groups[moved(groups.findIndex((group) => group.fingerprint === active), by, groups.length)];
    if (next) { setActive(next.fingerprint); document.querySelector(`[data-key="${CSS.escape(next.fingerprint)}"]`)?.scrollIntoView({ block: "nearest" }); }
  };
  useKeys([
    { keys: "j", label: "next", run: () => { move(1); } }, { keys: "k", label: "previous", run: () => { move(-1); } },
    { keys: "enter", label: "open", run: () => { if (active) router.push(deskHref(search, { group: active }), { scroll: false }); } },
    { keys: "x", label: "tick", run: () => { if (active) tick(active); } },
    { keys: "esc", label: "back to the list", run: () => { if (search.group) router.push(deskHref(search, { group: null }), { scroll: false }); } },
  ]);
  return (
    <Page title="Exceptions" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }, { keys: ["X"], label: "tick" }, { keys: ["E"], label: "assign" }, { keys: ["R"], label: "retry" }, { keys: ["Z"], label: "snooze" }]} footEnd={groups.length === 1 ? "1 group" : `${groups.length} groups`}>
      <div className="bar tall exbar">
        <ExceptionTabs search={search} current={search.filter.tab} counts={totals.tabs} />
        <span className="grow" />
        <b className="n sm">{totals.open === 1 ? "1 open exception" : `${totals.open} open exceptions`}{totals.money.length > 0 && <>, <Sums money={totals.money} mode="whole" /> at stake</>}</b>
      </div>
      <div className="bar">
        <Segmented label="Kind" value={search.filter.kind ?? ""} options={kindOptions.map(([value, label]) => ({ value, label, href: deskHref(search, { kind: value || null, group: null }) }))} />
        <span className="grow" />
        <SavedViews page="exceptions" href={deskHref(search, { group: null })} />
        <Button size="xs" icon="download" download href={deskHref(search, { group: null }).replace("/exceptions", "/exceptions/csv")}>CSV</Button>
        <Segmented label="Sort" value={search.filter.sort} options={(["money", "age", "due"] as const).map((value) => ({ value, label: { money: "Money", age: "Age", due: "Due" }[value], href: deskHref(search, { sort: value }) }))} />
      </div>
      {groups.length === 0 && search.group === undefined
        ? <><h2 className="vh">Causes</h2><EmptyState icon={search.filter.tab === "open" ? undefined : "circle-dashed"} title={search.filter.tab === "open" ? "Nothing is open here" : "Nothing here"}>{search.filter.tab === "open" ? "Every document that the tower knows goes on by itself, waits for a date, or is held for a decision." : "Choose another tab or kind."}</EmptyState></>
        : <div className="ex" data-open={search.group !== undefined}>
            <GroupList groups={groups} search={search} active={active} shown={shown} picked={ticked} onPick={tick} />
            {detail.data ? <GroupDetail key={detail.data.group.fingerprint} detail={detail.data} search={search} /> : <section className="dt" aria-label="Selected group"><h2 className="vh">Selected cause</h2><EmptyState icon="circle-alert" title={detail.isError ? "This cause is not here" : "Choose a cause"}>{detail.isError ? detail.error.message : "Press J and K to move, Enter to open."}</EmptyState></section>}
          </div>}
      <CausesBulk picked={picked} onClear={() => { setTicked(new Set()); }} />
    </Page>
  );
}
