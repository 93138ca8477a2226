"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { CycleChart } from "@/components/charts/cycle-chart";
import { TouchChart } from "@/components/charts/touch-chart";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Figure, FigureStrip } from "@/components/ui/figure";
import { Region } from "@/components/ui/region";
import type { FlowReport } from "@/server/api/shapes";
import { figureDefinitions, type FigureName } from "@/server/domain/figures/definitions";
import { DayTable } from "./day-table";
import { ExceptionTable } from "./exception-table";
import { PeriodChoice } from "./period";
import { PostingTable } from "./posting-table";
import { countedHref, fixesHref, reportHref, type ReportSearch } from "./search";
import { cycleSentence, invoices, orders, orNone, percent, touchSentence } from "./words";

const about = (name: FigureName) => { const { sentence, population, notIncluded } = figureDefinitions[name]; return { definition: sentence, population, excluded: notIncluded }; };
const both = ({ p50, p95 }: { p50: number | null; p95: number | null }) => (p50 === null ? "–" : <>{orNone(p50)} <em>/</em> {orNone(p95)}</>);
const tableId = "report-days";

/** What came through by itself and how fast, over a period and by day; each number leads to what it counts. */
export function ReportsView({ search, initial }: { search: ReportSearch; initial: FlowReport }) {
  const trpc = useTRPC();
  const { data } = useQuery({ ...trpc.reports.flow.queryOptions(search), initialData: initial });
  const { period, touchless, cycle, fixes, days, posting, exceptions } = data;
  const none = touchless.complete === 0 ? "no order became complete" : undefined;
  const complete = <Link href={countedHref("complete", period)}>{orders(touchless.complete)}</Link>;
  const ofOrders = cycle.dueToSent.count === 0 ? "no invoice left" : `${invoices(cycle.dueToSent.count)} of ${orders(cycle.orders)}`;
  return (
    <Page title="Reports" footEnd={`${period.from} to ${period.to}, days in ${period.zone}`}>
      <div className="bar rp-bar">
        <PeriodChoice key={`${period.from} ${period.to}`} search={search} shown={period} />
        <span className="grow" />
        <Button size="xs" icon="download" download href={reportHref(period, "/csv")}>CSV</Button>
      </div>
      <h2 className="vh">Flow</h2>
      <FigureStrip label="Flow">
        <Figure label="Touchless" value={percent(touchless.rate)} href={countedHref("touchless", period)} about={about("touchlessRate")} sub={none ?? <>{touchless.touchless} of {complete}</>} />
        <Figure label="Touchless but for approvals" value={percent(touchless.rateWithoutPolicyApprovals)} href={countedHref("approved", period)} about={about("touchlessRate")} sub={none ?? <>{touchless.withoutPolicyApprovals} of {complete}</>} />
        <Figure label="Due to sent, p50 / p95" value={both(cycle.dueToSent)} href={countedHref("sent", period)} about={about("invoiceCycleTime")} sub={`${ofOrders}${cycle.byPosting > 0 ? `, ${cycle.byPosting} by posting` : ""}`} />
        <Figure label="Placed to sent, p50 / p95" value={both(cycle.placedToSent)} href={countedHref("sent", period)} about={about("invoiceCycleTime")} sub={ofOrders} />
        <Figure label="Verified fixes" value={percent(fixes.rate)} href={fixesHref(period, "verified")} about={about("verifiedFixRate")} sub={fixes.tried === 0 ? "nothing was tried" : <>{fixes.verified} of <Link href={fixesHref(period)}>{fixes.tried} tried</Link></>} />
      </FigureStrip>
      <div className="rp-charts">
        <Region title="Complete orders by day" end={<span className="key"><span><i className="w-solid" />touchless</span><span><i className="w-hatch" />touched</span></span>}>
          {touchless.complete === 0 ? <p className="sm m2">No order became complete in these days.</p> : <TouchChart sentence={touchSentence(data)} tableId={tableId} days={days.map(({ day, touchless: of }) => ({ day, touchless: of.touchless, touched: of.complete - of.touchless }))} />}
        </Region>
        <Region title="Billing due to sent by day" sub="p95 in ink, p50 thin">
          {cycle.dueToSent.count === 0 ? <p className="sm m2">No invoice left in these days.</p> : <CycleChart sentence={cycleSentence(data)} tableId={tableId} days={days.map(({ day, cycle: { dueToSent } }) => ({ day, p50: dueToSent.p50, p95: dueToSent.p95 }))} />}
        </Region>
      </div>
      <Region title="By day" sub="the same figures; each number leads to what it counts"><div id={tableId}><DayTable days={days} /></div></Region>
      <Region title="Posting latency by entity" sub="billing due to posted and read back; pauses count">
        {posting.length === 0 ? <p className="sm m2">Nothing was posted in these days, and nothing is due and unposted.</p> : <PostingTable rows={posting} period={period} />}
      </Region>
      <Region title="Exceptions by cause" sub="what was first seen in these days, by code" end={exceptions.length === 0 ? undefined : <Button size="xs" icon="download" download href={reportHref(period, "/exceptions/csv")} label="Exceptions as CSV">CSV</Button>}>
        {exceptions.length === 0 ? <p className="sm m2">Nothing went wrong in these days.</p> : <ExceptionTable rows={exceptions} period={period} />}
      </Region>
      <Region title="How they are reckoned">
        <ul className="sm m2 rp-notes">
          <li>An order counts on the day on which its last goods left or its last invoice was posted, whichever was later. One that was cancelled after its release and of which nothing left is in neither number.</li>
          <li>Touches are those known now: one that comes after the day takes the order from the touchless ones of that day.</li>
          <li>A retry, restart or reroute of a cause touches every order that it was tried for, also where another cause kept it.</li>
          {cycle.byPosting > 0 && <li>For {invoices(cycle.byPosting)} nobody tells when the customer’s channel took {cycle.byPosting === 1 ? "it" : "them"}: posting stands for sending.</li>}
          <li>An exception counts on the day on which it was first seen, solved or not; at stake is each document once, with its largest amount. Time to solve is of those that are solved.</li>
          <li>Manual work saved, cost of exceptions and a comparison with a time before are not shown: no system tells what they need.</li>
        </ul>
      </Region>
    </Page>
  );
}
