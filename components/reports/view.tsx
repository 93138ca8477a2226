"use client";
import { useQuery } from "@tanstack/react-query";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { minutesText } from "@/components/tower/shape";
import { Figure, FigureStrip } from "@/components/ui/figure";
import { Segmented } from "@/components/ui/segmented";
import type { FlowReport } from "@/server/api/shapes";
import { figureDefinitions, type FigureName } from "@/server/domain/figures/definitions";

const about = (name: FigureName) => { const { sentence, population, notIncluded } = figureDefinitions[name]; return { definition: sentence, population, excluded: notIncluded }; };
const percent = (rate: number | null): string => (rate === null ? "–" : `${Math.round(rate * 1000) / 10} %`);
const both = (p50: number | null, p95: number | null) => (p50 === null || p95 === null ? "–" : <>{minutesText(p50)} <em>/</em> {minutesText(p95)}</>);
const orders = (count: number): string => (count === 1 ? "1 order" : `${count} orders`);
const invoices = (count: number): string => (count === 1 ? "1 invoice" : `${count} invoices`);

/** What came through by itself and how fast, over the last days. */
export function ReportsView({ initial }: { initial: FlowReport }) {
  const trpc = useTRPC();
  const { data: { days, touchless, cycle, fixes } } = useQuery({ ...trpc.reports.flow.queryOptions({ days: initial.days }), initialData: initial });
  return (
    <Page title="Reports">
      <div className="bar"><Segmented label="Over" value={String(days)} options={[["1", "24 hours"], ["7", "7 days"], ["30", "30 days"]].map(([value = "", label = ""]) => ({ value, label, href: value === "7" ? "/reports" : `/reports?days=${value}` }))} /></div>
      <h2 className="vh">Flow</h2>
      <FigureStrip label="Flow">
        <Figure label="Touchless" value={percent(touchless.rate)} about={about("touchlessRate")} sub={touchless.complete === 0 ? "no order became complete" : `${touchless.touchless} of ${orders(touchless.complete)}`} />
        <Figure label="Touchless but for approvals" value={percent(touchless.rateWithoutPolicyApprovals)} about={about("touchlessRate")} sub={touchless.complete === 0 ? "no order became complete" : `${touchless.withoutPolicyApprovals} of ${orders(touchless.complete)}`} />
        <Figure label="Due to sent, p50 / p95" value={both(cycle.dueToSent.p50, cycle.dueToSent.p95)} about={about("invoiceCycleTime")} sub={`${invoices(cycle.dueToSent.count)}${cycle.byPosting > 0 ? `, of ${cycle.byPosting} the posting` : ""}`} />
        <Figure label="Placed to sent, p50 / p95" value={both(cycle.placedToSent.p50, cycle.placedToSent.p95)} about={about("invoiceCycleTime")} sub={invoices(cycle.placedToSent.count)} />
        <Figure label="Verified fixes" value={percent(fixes.rate)} about={about("verifiedFixRate")} sub={fixes.tried === 0 ? "nothing was tried" : `${fixes.verified} of ${fixes.tried} tried`} />
      </FigureStrip>
    </Page>
  );
}
