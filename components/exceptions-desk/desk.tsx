"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { useBulkAsk } from "@/components/bulk-actions/ask";
import { SavedViews } from "@/components/views/saved-views";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Icon } from "@/components/ui/icon";
import { useKeys } from "@/components/ui/keys";
import { Menu, MenuItem } from "@/components/ui/menu";
import { moved } from "@/components/ui/row-cursor";
import { Segmented } from "@/components/ui/segmented";
import { Sums } from "@/components/ui/sums";
import { toggled } from "@/components/ui/table-model";
import type { ExceptionDetail, ExceptionList } from "@/server/api/shapes";
import { bulkVerbs, causeVerbs } from "@/server/domain/bulk";
import { BucketDetail } from "./bucket-detail";
import { BucketList } from "./bucket-list";
import { partWords, teamName } from "./buckets";
import { CausesBulk } from "./bulk";
import { ExceptionTabs } from "./exception-tabs";
import { GroupDetail } from "./group-detail";
import { GroupList } from "./group-list";
import { deskHref, groupings, listOf, narrowings, type DeskSearch } from "./search";

const kindOptions = [["", "All"], ["technical,contract", "Technical"], ["mapping", "Mapping"], ["business", "Business"], ["drift", "Drift"], ["sla", "Late"]] as const;

/** The ops lead's desk: causes by money at stake, each for itself or put together by what they share, one open beside the list. */
export function ExceptionsDesk({ search, initialList, initialDetail }: { search: DeskSearch; initialList: ExceptionList; initialDetail: ExceptionDetail | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { by } = search;
  const pages = useInfiniteQuery(trpc.exceptions.list.infiniteQueryOptions(listOf(search), { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [initialList], pageParams: [null] } }));
  const groups = useMemo(() => pages.data.pages.flatMap((page) => page.groups), [pages.data]);
  const { buckets, bucket, totals } = pages.data.pages[0] ?? initialList;
  const matching = by === undefined ? totals.tabs[search.filter.tab] : bucket?.causes ?? 0;
  const shown = by === undefined ? search.group ?? initialDetail?.group.fingerprint : undefined;
  const detail = useQuery({ ...trpc.exceptions.get.queryOptions({ fingerprint: shown ?? "" }), enabled: shown !== undefined, ...(initialDetail && initialDetail.group.fingerprint === shown ? { initialData: initialDetail } : {}) });
  const keys = by === undefined ? groups.map(({ fingerprint }) => fingerprint) : buckets.map(({ value }) => value);
  const [active, setActive] = useState<string | undefined>(shown ?? bucket?.value ?? keys[0]);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const picked = groups.filter(({ fingerprint }) => ticked.has(fingerprint));
  const tick = (fingerprint: string): void => { setTicked((before) => toggled(before, fingerprint)); };
  const opened = by === undefined ? search.group : search.open;
  const move = (step: number): void => {
    const next = keys[moved(keys.findIndex((key) => key === active), step, keys.length)];
    if (next !== undefined) {
      setActive(next);
      const row = document.querySelector(`[data-key="${CSS.escape(next)}"]`);
      row?.scrollIntoView({ block: "nearest" });
      row?.querySelector<HTMLElement>("a.gm")?.focus({ preventScroll: true });
    }
  };
  const go = (key: string | null): void => { router.push(deskHref(search, by === undefined ? { group: key } : { open: key, group: null }), { scroll: false }); };
  useKeys([
    { keys: "j", label: "next", run: () => { move(1); } }, { keys: "k", label: "previous", run: () => { move(-1); } },
    { keys: "enter", label: "open", run: () => { if (active !== undefined) go(active); } },
    ...(by === undefined ? [{ keys: "x", label: "tick", run: () => { if (active !== undefined) tick(active); } }] : []),
    { keys: "esc", label: "back to the list", run: () => { if (opened !== undefined) go(null); } },
  ]);
  const verbs = by === undefined ? [{ keys: ["X"], label: "tick" }, { keys: ["E"], label: "assign" }, { keys: ["R"], label: "retry" }, { keys: ["Z"], label: "snooze" }] : [];
  return (
    <Page title="Exceptions" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }, ...verbs]} footEnd={counted(by === undefined ? matching : buckets.length)}>
      <div className="bar tall exbar">
        <ExceptionTabs search={search} current={search.filter.tab} counts={totals.tabs} />
        <span className="grow" />
        <b className="n sm">{totals.open === 1 ? "1 open exception" : `${totals.open} open exceptions`}, {totals.tabs.open === 1 ? "1 cause" : `${totals.tabs.open} causes`}{totals.money.length > 0 && <>, <Sums money={totals.money} mode="whole" /> at stake</>}</b>
      </div>
      <DeskBar search={search} all={matching} ownerName={groups.find(({ assignee }) => assignee !== null && assignee === search.filter.owner)?.assigneeName ?? null} />
      {keys.length === 0 && search.group === undefined
        ? <><h2 className="vh">Causes</h2><EmptyState icon={search.filter.tab === "open" ? undefined : "circle-dashed"} title={search.filter.tab === "open" ? "Nothing is open here" : "Nothing here"} action={isNarrowed(search) ? <Button size="xs" href={deskHref(search, nothingNarrowed)}>Without the filter</Button> : undefined}>{isNarrowed(search) ? "No cause fits the filter." : emptyWords[search.filter.tab]}</EmptyState></>
        : <div className="ex" data-open={opened !== undefined}>
            {by === undefined ? <GroupList groups={groups} search={search} active={active} shown={shown} picked={ticked} onPick={tick} pages={pages} /> : <BucketList buckets={buckets} by={by} search={search} active={active} shown={bucket?.value} />}
            {by !== undefined && bucket !== null ? <BucketDetail key={bucket.value} bucket={bucket} by={by} groups={groups} search={search} picked={ticked} onPick={tick} pages={pages} />
              : detail.data ? <GroupDetail key={detail.data.group.fingerprint} detail={detail.data} search={search} /> : <section className="dt" aria-label="Selected group"><h2 className="vh">Selected cause</h2><EmptyState icon="circle-alert" title={detail.isError ? "This cause is not here" : "Choose a cause"}>{detail.isError ? detail.error.message : "Press J and K to move, Enter to open."}</EmptyState></section>}
          </div>}
      <CausesBulk picked={picked} listed={matching} tab={search.filter.tab} onAll={() => { setTicked(new Set(groups.map(({ fingerprint }) => fingerprint))); }} onClear={() => { setTicked(new Set()); }} />
    </Page>
  );
}

const counted = (count: number): string => (count === 1 ? "1 group" : `${count} groups`);
const emptyWords = {
  open: "Every document that the tower knows goes on by itself, waits for a date, or is held for a decision.", retry: "Nothing is being retried. What is told to retry stands here until it is verified and dismissed.",
  snoozed: "Nobody put a cause to sleep. Ages run on while one sleeps.", resolved: "Nothing was resolved yet. A cause that comes back says so.",
} as const;
const nothingNarrowed = { kind: null, code: null, connector: null, item: null, owner: null, team: null, open: null, group: null } as const;
const isNarrowed = ({ filter }: DeskSearch): boolean => filter.kind !== undefined || narrowings.some((name) => filter[name] !== undefined);

/** What may be done to every document of the list as it is narrowed, not only to what is loaded. */
function AllThatMatch({ search: { filter: { tab, sort: _sort, ...filter }, by, open } }: { search: DeskSearch }) {
  const { ask, dialog } = useBulkAsk();
  if (tab === "resolved") return null;
  const narrowed = by !== undefined && open !== undefined ? { ...filter, [by]: open } : filter;
  return (
    <>
      <Menu align="end" trigger={<Button size="xs" icon="repeat">All that match</Button>}>
        {causeVerbs.map((verb) => <MenuItem key={verb} onSelect={() => { ask(verb, { tab, filter: narrowed }); }}>{bulkVerbs[verb].label} all that match</MenuItem>)}
      </Menu>
      {dialog}
    </>
  );
}

/** How the list is put together, what it is narrowed to, and in which order. */
function DeskBar({ search, all, ownerName }: { search: DeskSearch; /** Causes that match. */ all: number; ownerName: string | null }) {
  const kind = kindOptions.find(([value]) => value === (search.filter.kind ?? ""));
  const valueText = (name: (typeof narrowings)[number], value: string): string => (value === "-" ? "none" : name === "owner" ? ownerName ?? teamName(value) : name === "team" ? teamName(value) : value);
  return (
    <div className="bar exfil">
      <span className="sm m3" aria-hidden>Group by</span>
      <Segmented label="Group by" value={search.by ?? ""} options={[{ value: "", label: "Cause", href: deskHref(search, { by: null, open: null, group: null }) }, ...groupings.map((part) => ({ value: part, label: partWords[part], href: deskHref(search, { by: part, [part]: null, open: null, group: null }) }))]} />
      <Menu trigger={<Button size="xs" icon="funnel">{`Kind: ${kind?.[1].toLowerCase() ?? search.filter.kind ?? ""}`}</Button>}>
        {kindOptions.map(([value, label]) => <MenuItem key={value} icon={value === (search.filter.kind ?? "") ? "check" : undefined} href={deskHref(search, { kind: value || null, open: null, group: null })}>{label}</MenuItem>)}
      </Menu>
      {narrowings.flatMap((name) => { const value = search.filter[name]; return value === undefined ? [] : [<Link key={name} className="fchip" href={deskHref(search, { [name]: null, open: null, group: null })} aria-label={`${partWords[name]} ${valueText(name, value)}: take the filter away`}>{partWords[name]}: <b>{valueText(name, value)}</b><Icon name="x" small /></Link>]; })}
      <span className="grow" />
      {all > 0 && <AllThatMatch search={search} />}
      <SavedViews page="exceptions" href={deskHref(search, { open: null, group: null })} />
      <Button size="xs" icon="download" download href={deskHref(search, { by: null, open: null, group: null }).replace("/exceptions", "/exceptions/csv")}>CSV</Button>
      <Segmented label="Sort" value={search.filter.sort} options={(["money", "age", "due"] as const).map((value) => ({ value, label: { money: "Money", age: "Age", due: "Due" }[value], href: deskHref(search, { sort: value }) }))} />
    </div>
  );
}
