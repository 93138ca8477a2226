"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { LargePostings } from "@/components/postings/large";
import { StopPostings } from "@/components/postings/stop";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Identifier } from "@/components/ui/identifier";
import { useKeys } from "@/components/ui/keys";
import { LoadMore } from "@/components/ui/load-more";
import { Money } from "@/components/ui/money";
import { Segmented } from "@/components/ui/segmented";
import { sumByCurrency } from "@/components/ui/sum";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import type { HoldDetail as Detail, HoldList, PostingStop } from "@/server/api/shapes";
import { HoldsBulk } from "./bulk";
import { HoldDetail } from "./hold-detail";
import { heldHref, listOf, type HeldSearch } from "./search";

type Row = HoldList["holds"][number];

const columns: readonly Column<Row>[] = [
  { key: "document", head: "Document", wrap: true, cell: (hold) => <><Identifier>{hold.number}</Identifier> <span className="m2">{hold.customerName}</span><span className="sm m2 onphone">{hold.name}</span></> },
  { key: "reason", head: "Reason", from: "desk", cell: (hold) => <><span title={hold.rule}>{hold.name}</span></> },
  { key: "amount", head: "Amount", align: "right", cell: (hold) => <b><Money amount={hold.amount} currency={hold.currency} /></b> },
  { key: "period", head: "Period", from: "phone", cell: (hold) => <span className="m2">{hold.period ?? "–"}</span> },
  { key: "age", head: "Age", align: "right", cell: (hold) => <span className="m2"><Age since={hold.openedAt} /></span> },
  { key: "persons", head: "Persons", from: "phone", wrap: true, cell: (hold) => <><span className="tp" aria-hidden>{Array.from({ length: hold.personsNeeded }, (_, index) => <i key={index} className={index < hold.approvals.length ? "on" : ""} />)}</span><span className="sm m2">{hold.approvals.length > 0 ? hold.approvals.map(({ author }) => author).join(", ") : hold.missing === null ? "you may" : "nobody yet"}</span></> },
];

/** One reason, or several together, with what they hold: the list behind it has as many rows as it says. */
function Tile({ name, rows, current, href }: { name: string; rows: readonly { currency: string | null; amount: string; count: number }[]; current: boolean; href: string }) {
  return (
    <Link className="rz" aria-current={current ? true : undefined} href={href}>
      <span className="sm">{name}</span><b className="n"><Sums money={sumByCurrency(rows)} mode="whole" /></b><span className="sm m2 n">{rows.reduce((sum, row) => sum + row.count, 0)}</span>
    </Link>
  );
}

/** All that waits because the postings of an entity are stopped: one entry, whatever its number. */
function StoppedTile({ stop }: { stop: PostingStop }) {
  return <div className="rz" role="group" aria-label={`Postings of ${stop.entity} are stopped`}><span className="sm">{stop.entity}: postings are stopped</span><b className="n"><Sums money={stop.money} mode="whole" /></b><span className="sm m2 n">{stop.waiting}</span></div>;
}

/** Finance's desk: what is held, why, how much, and who may say yes. */
export function HeldDesk({ search, initialList, initialDetail, stops }: { search: HeldSearch; initialList: HoldList; initialDetail: Detail | null; stops: readonly PostingStop[] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const pages = useInfiniteQuery(trpc.holds.list.infiniteQueryOptions(listOf(search), { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [initialList], pageParams: [null] } }));
  const holds = useMemo(() => pages.data.pages.flatMap((page) => page.holds), [pages.data]);
  const shown = search.hold ?? initialDetail?.id;
  const detail = useQuery({ ...trpc.holds.get.queryOptions({ id: shown ?? "0" }), enabled: shown !== undefined, ...(initialDetail && initialDetail.id === shown ? { initialData: initialDetail } : {}) });
  const all = pages.data.pages[0]?.reasons ?? [];
  const reasons = all.filter(({ stopped }) => !stopped), stopped = all.filter((row) => row.stopped);
  const counted = (search.stopped ? stopped : reasons).filter(({ rule }) => search.rule === undefined || rule === search.rule).reduce((sum, { count }) => sum + count, 0);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  useKeys([{ keys: "esc", label: "back to the list", run: () => { if (search.hold) router.push(heldHref(search, { hold: null }), { scroll: false }); } }]);
  return (
    <Page title="Held postings" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }, { keys: ["X"], label: "tick" }, { keys: ["A"], label: "approve, asks first" }]} footEnd={`${counted} held`}>
      <nav className="rzs" aria-label="Reasons">
        {stops.map((stop) => <StoppedTile key={stop.entity} stop={stop} />)}
        <Tile name="All reasons" rows={reasons} current={search.rule === undefined && !search.stopped} href={heldHref(search, { rule: null, stopped: null, hold: null })} />
        {[...Map.groupBy(reasons, ({ rule }) => rule)].map(([rule, rows]) => (
          <Tile key={rule} name={rows[0]?.name ?? rule} rows={rows} current={search.rule === rule && !search.stopped} href={heldHref(search, { rule, stopped: null, hold: null })} />
        ))}
        {stopped.length > 0 && <Tile name="Counted as exception" rows={stopped} current={search.stopped === true} href={heldHref(search, { rule: null, stopped: true, hold: null })} />}
      </nav>
      <LargePostings />
      {holds.length === 0 && search.hold === undefined
        ? <><div className="bar"><StopPostings /></div><h2 className="vh">What is held</h2><EmptyState title={stops.length > 0 ? "Nothing else is held" : "Nothing is held"}>{search.rule ? "Nothing for this reason. Choose another one." : "Everything that finance must control has been decided, or nothing has come that needs it."}</EmptyState></>
        : <div className="fq" data-open={search.hold !== undefined}>
            <section className="fl min-w-0" aria-label="Held postings">
              <div className="bar"><StopPostings /><span className="grow" /><Button size="xs" icon="download" download href={heldHref(search, { hold: null }).replace("/held", "/held/csv")}>CSV</Button><Segmented label="Sort" value={search.sort} options={[{ value: "money", label: "Money", href: heldHref(search, { sort: "money" }) }, { value: "age", label: "Age", href: heldHref(search, { sort: "age" }) }]} /></div>
              <div className="scrollx" tabIndex={0} role="group" aria-label="Held postings, scrolls sideways">
                <Table caption="Held postings" columns={columns} rows={holds} rowKey={(hold) => hold.id} rowName={(hold) => `${hold.name} ${hold.number}`} openKey={shown} picking={{ picked: ticked, onPick: setTicked, label: "Tick" }} onOpen={(hold) => { router.push(heldHref(search, { hold: hold.id }), { scroll: false }); }} />
              </div>
              <LoadMore pages={pages} />
            </section>
            {detail.data ? <HoldDetail key={detail.data.id} hold={detail.data} search={search} /> : <section className="fd" aria-label="Selected hold"><h2 className="vh">Selected hold</h2><EmptyState icon="hand" title={detail.isError ? "This hold is not here" : "Choose a hold"}>{detail.isError ? detail.error.message : "Its reason, its evidence and what would release it stand here."}</EmptyState></section>}
          </div>}
      <HoldsBulk picked={holds.filter(({ id }) => ticked.has(id))} onClear={() => { setTicked(new Set()); }} />
    </Page>
  );
}
