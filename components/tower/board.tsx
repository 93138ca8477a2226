"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { AgeMatrix, AgeMatrixKey } from "@/components/charts/age-matrix";
import { Pipeline, PipelineKey } from "@/components/charts/pipeline";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { useClock } from "@/components/ui/clock";
import { absoluteText } from "@/components/ui/duration-text";
import { EmptyState } from "@/components/ui/empty-state";
import { useKeys } from "@/components/ui/keys";
import { Note } from "@/components/ui/note";
import { Region } from "@/components/ui/region";
import { Segmented } from "@/components/ui/segmented";
import type { TowerOverview, TowerProof } from "@/server/api/shapes";
import { Categories } from "./categories";
import { ConnectorBoard } from "./connector-board";
import { DueRows } from "./due-rows";
import { Latency } from "./latency";
import { channelName, towerHref, type TowerSearch } from "./search";
import { matrixProps, pipelineProps } from "./shape";
import { Strip } from "./strip";

/** The ops lead's first page: what is in flight, what is late, what stands between captured and paid, and why. */
export function Tower({ search, initial, initialProof }: { search: TowerSearch; initial: TowerOverview; initialProof: TowerProof | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const overview = useQuery({ ...trpc.tower.overview.queryOptions(search), initialData: initial });
  const proof = useQuery({ ...trpc.tower.proof.queryOptions(), staleTime: 60_000, ...(initialProof ? { initialData: initialProof } : {}) });
  const { data } = overview;
  const { timeZone } = useClock();
  const move = (by: number): void => {
    const ring = [null, ...data.channels.map(({ channel }) => channel)];
    const next = ring[(ring.indexOf(search.channel ?? null) + by + ring.length) % ring.length] ?? null;
    router.push(towerHref(search, { channel: next }), { scroll: false });
  };
  useKeys([{ keys: "]", label: "next channel", run: () => { move(1); } }, { keys: "[", label: "channel before", run: () => { move(-1); } }]);
  const chosen = search.channel !== undefined && !data.channels.some(({ channel }) => channel === search.channel) ? [{ channel: search.channel, count: 0 }] : [];
  const currencies = data.flight.money.filter(({ currency }) => currency !== "");
  const money = currencies.length > 1 ? `money in ${data.currency}, orders in all` : "money, orders";
  return (
    <Page title="Tower" hints={[{ keys: ["G", "E"], label: "exceptions" }, { keys: ["G", "F"], label: "held postings" }, { keys: ["[", "]"], label: "channel" }]} footEnd="Every figure opens the list that it counts">
      <div className="bar tower-bar">
        <Segmented label="Channel" value={search.channel ?? ""} options={[{ value: "", label: "All channels", href: towerHref(search, { channel: null }) }, ...[...data.channels, ...chosen].map(({ channel }) => ({ value: channel, label: channelName(channel), href: towerHref(search, { channel }) }))]} />
        {currencies.length > 1 && <Segmented label="Currency of the money shown" value={data.currency} options={currencies.map(({ currency }) => ({ value: currency, label: currency, href: towerHref(search, { currency }) }))} />}
        <span className="grow" />
        <span className="sm m3 n" suppressHydrationWarning>{absoluteText(data.asOf, timeZone)}</span>
      </div>
      {overview.isError && <div className="rg"><Note icon="wifi-off" title="Not fresh" sub={`shown as of ${absoluteText(data.asOf, timeZone)}`} end={<Button size="xs" onClick={() => { void overview.refetch(); }} pending={overview.isFetching}>Try now</Button>}>The figures could not be read again. They are tried with the next change.</Note></div>}
      <Strip data={data} proof={proof.data ?? null} proofFailed={proof.isError} search={search} />
      {data.flight.count + data.flight.scheduled === 0 && data.flow.passed.every(({ count }) => count === 0)
        ? <><h2 className="vh">Orders</h2><EmptyState icon="package" title={search.channel ? `Nothing in flight by ${channelName(search.channel)}` : "Nothing is in flight"} action={search.channel ? <Button size="xs" href={towerHref(search, { channel: null })}>All channels</Button> : <Button size="xs" href="/connectors">Look at the connectors</Button>}>
            {search.channel ? "No order of this channel is open or moved in the last 24 hours." : <>No order is open on a managed route. Which routes are managed, and from when on, two persons say under <Link className="ln" href="/routes">Entities and routes</Link>.</>}
          </EmptyState></>
        : <>
            <Region className="tower-flow" title="Captured to paid" sub="what stands between each two stages; at the stages, orders that passed in the last 24 h" end={<PipelineKey />}><Pipeline {...pipelineProps(data, search)} /></Region>
            <div className="cols rule tower-aging">
              <Region title="Age in stage" sub={money} end={<AgeMatrixKey />}>
                {data.matrix.aged.length === 0 ? <p className="sm m2">No order is in a stage that has an age.</p> : <AgeMatrix {...matrixProps(data, search)} />}
                <DueRows rows={data.matrix.due} currency={data.currency} search={search} />
              </Region>
              <Latency data={data} search={search} />
            </div>
          </>}
      <div className="cols rule tower-causes">
        <Categories rows={data.exceptions} channel={search.channel} />
        <Region title="Connectors" sub="worst first" end={<Link className="ln" href="/connectors">All {data.connectors.length}</Link>}><ConnectorBoard rows={data.connectors} /></Region>
      </div>
    </Page>
  );
}
