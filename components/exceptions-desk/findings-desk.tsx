"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { orderHref } from "@/components/orders/search";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Figure, FigureStrip } from "@/components/ui/figure";
import { Icon } from "@/components/ui/icon";
import { useKeys } from "@/components/ui/keys";
import { moved } from "@/components/ui/row-cursor";
import { Sums } from "@/components/ui/sums";
import type { FindingGroupRow, FindingList } from "@/server/api/shapes";
import { findingCatalogue, type FindingCode } from "@/server/domain/exceptions";
import { ExceptionTabs } from "./exception-tabs";
import { FindingDetail } from "./finding-detail";
import { findingsHref, type FindingSearch } from "./findings-search";

const keyOf = ({ code, entity }: Pick<FindingGroupRow, "code" | "entity">): string => `${code} ${entity}`;
const watched = (having?: string): string => orderHref({ stage: "all", having: `facet:managed_elsewhere${having ? `,${having}` : ""}` }, {});

/** What is told and never counted, owned or timed: groups by code, the orders behind one beside the list. */
export function FindingsDesk({ search, initial }: { search: FindingSearch; initial: FindingList }) {
  const router = useRouter();
  const { data } = useQuery({ ...useTRPC().exceptions.findings.queryOptions(search), initialData: initial });
  const { groups, open, observed } = data;
  const [active, setActive] = useState(open === null ? undefined : keyOf(open));
  const move = (by: number): void => {
    const next = groups[moved(groups.findIndex((group) => keyOf(group) === active), by, groups.length)];
    if (next) { setActive(keyOf(next)); document.querySelector(`[data-key="${CSS.escape(keyOf(next))}"]`)?.scrollIntoView({ block: "nearest" }); }
  };
  useKeys([
    { keys: "j", label: "next", run: () => { move(1); } }, { keys: "k", label: "previous", run: () => { move(-1); } },
    { keys: "enter", label: "open", run: () => { const group = groups.find((one) => keyOf(one) === active); if (group) router.push(findingsHref(group), { scroll: false }); } },
    { keys: "esc", label: "back to the list", run: () => { if (search.code) router.push(findingsHref({}), { scroll: false }); } },
  ]);
  return (
    <Page title="Findings" crumbs={[{ label: "Exceptions", href: "/exceptions" }]} hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }]} footEnd={groups.length === 1 ? "1 group" : `${groups.length} groups`}>
      <div className="bar tall exbar">
        <ExceptionTabs search={{ filter: { tab: "open", sort: "money" } }} current="findings" />
        <span className="grow" />
        <span className="sm m2">Information: never counted, owned or timed</span>
        <Button size="xs" icon="download" download href="/exceptions/findings/csv">CSV</Button>
      </div>
      {observed.orders > 0 && (
        <FigureStrip label="Orders that are only watched">
          <Figure label="Orders watched" value={observed.orders} href={watched()} sub="history or led elsewhere" />
          <Figure label="With exceptions" value={observed.exceptions} href={watched("facet:exception")} sub={<Link href="/exceptions">counted under Open</Link>} />
          <Figure label="Open at their source" value={observed.open} href={watched("commercial:accepted,billing:nothing_to_bill")} sub="not shipped, not invoiced" />
          <Figure label="Shipped, invoiced, unpaid" value={observed.unpaid} href={watched("fulfilment:shipped,billing:invoiced,cash:none")} sub="receivable" />
          <Figure label="Prepaid" value={observed.prepaid} href={watched("facet:prepaid")} sub="paid before shipping" />
        </FigureStrip>
      )}
      {groups.length === 0
        ? <><h2 className="vh">Groups</h2><EmptyState icon="info" title="Nothing is told">Findings come with orders that are only watched, for example with imported history.</EmptyState></>
        : <div className="ex" data-open={search.code !== undefined}>
            <ul className="gl" aria-label="Groups">{groups.map((group) => <GroupRow key={keyOf(group)} group={group} shown={open !== null && keyOf(open) === keyOf(group)} active={keyOf(group) === active} />)}</ul>
            {open === null
              ? <section className="dt" aria-label="Selected group"><h2 className="vh">Selected group</h2><EmptyState icon="info" title="This group is not here">Nothing of it is told in your entities. Choose another one.</EmptyState></section>
              : <FindingDetail key={keyOf(open)} group={open} orders={data.orders} />}
          </div>}
    </Page>
  );
}

function GroupRow({ group, shown, active }: { group: FindingGroupRow; shown: boolean; active: boolean }) {
  return (
    <li className="g" aria-current={shown ? true : undefined} data-active={active ? true : undefined} data-key={keyOf(group)}>
      <span className="gk"><Icon name="info" small /></span>
      <Link className="gm" href={findingsHref(group)} scroll={false}>
        <span className="g1"><span className="gt">{findingCatalogue[group.code as FindingCode]}</span></span>
        <span className="g2"><span className="el"><span className="id">{group.code}</span> <span className="m2">{group.entity}{group.money.length > 0 && `, not provable as billed in ${group.ordersWithMoney === 1 ? "1 order" : `${group.ordersWithMoney} orders`}`}</span></span></span>
      </Link>
      <span className="gn">
        <b className="n"><Sums money={group.money} /></b>
        <Link className="sm m2 n" href={orderHref({ stage: "all", finding: group.code, entity: group.entity }, {})}>{group.orders === 1 ? "1 order" : `${group.orders} orders`}</Link>
      </span>
    </li>
  );
}
