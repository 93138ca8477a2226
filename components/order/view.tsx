"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Chip } from "@/components/ui/chip";
import { Clock, Day } from "@/components/ui/age";
import { Figure, HeadFigures } from "@/components/ui/figure";
import { Identifier } from "@/components/ui/identifier";
import { Money } from "@/components/ui/money";
import { Region } from "@/components/ui/region";
import { Said } from "@/components/ui/said";
import { Why } from "@/components/ui/why";
import type { OrderDetail } from "@/server/api/shapes";
import { orderHref } from "@/components/orders/search";
import { stageName } from "@/components/tower/stage-words";
import { Across } from "./across";
import { BallBar } from "./ball";
import { orderedAndShipped } from "./books";
import { ConfirmService } from "./confirm-service";
import { Conservation } from "./conservation";
import { add } from "@/components/ui/sum";
import { findingsHref } from "@/components/exceptions-desk/findings-search";
import { Dates } from "./dates";
import { Parties } from "./parties";
import { isWatched } from "./watched";
import { openServices } from "./services";
import { orderPath } from "./href";
import { Notes } from "./notes";
import { PlaceHold } from "./place-hold";
import { ProcessStrip } from "./process-strip";
import { Wanted } from "./wanted";

/** One order over all systems: state, why it is not posted, who held the ball, wanted against confirmed, and its books. */
export function OrderView({ which, initial }: { which: { number: string; entity?: string }; initial: OrderDetail }) {
  const trpc = useTRPC();
  const { data } = useQuery({ ...trpc.orders.get.queryOptions(which), initialData: initial });
  const { order } = data;
  const currency = order.currency ?? "USD";
  const watched = isWatched(data), services = openServices(data);
  const ordered = orderedAndShipped(data)?.ordered ?? order.amounts["ordered"] ?? null;
  const amount = (name: string) => <Money amount={order.amounts[name] ?? null} currency={currency} />;
  return (
    <Page title={order.number} crumbs={[{ label: "Orders", href: "/orders" }]} hints={[{ keys: ["G", "O"], label: "orders" }, { keys: ["G", "T"], label: "trace" }, { keys: ["N"], label: "note" }]}>
      <div className="oh">
        <div>
          <h2>{order.number}<Chip kind="line" icon={order.complete ? "check" : "circle-dot"}>{stageName(order.complete ? "complete" : order.stage ?? "captured")}</Chip>{order.late && <Chip kind="late" icon="clock-alert">Late</Chip>}
            {order.facets.includes("on_hold") && <Chip kind="hold" icon="hand">On hold</Chip>}{order.facets.includes("prepaid") && <Link href={orderHref({ stage: "all", having: "facet:prepaid" }, {})}><Chip kind="plain" icon="receipt">Prepaid</Chip></Link>}</h2>
          <p className="m2 sm pt-1">{order.customerName ?? order.customer}{order.purchaseOrder && <> · PO <span className="id">{order.purchaseOrder}</span></>}{order.channel && ` · ${order.channel}`}{order.placedAt && <> · placed {watched ? <Day at={order.placedAt} /> : <Clock at={order.placedAt} />}</>} · <Identifier href={`/trace?q=${encodeURIComponent(order.number)}&subject=${encodeURIComponent(order.id)}`}>trace</Identifier></p>
          {data.alsoIn.length > 0 && <p className="sm"><b>{order.entity}</b> <span className="m2">has it; the same number is in</span> {data.alsoIn.map((entity) => <Link key={entity} className="ln" href={orderPath(order.number, entity)}>{entity}</Link>)}</p>}
          {!watched && <div className="pt-2 flex flex-wrap gap-2"><PlaceHold subject={order.id} number={order.number} why={data.missing.hold ?? (order.complete ? "It is complete: nothing is left to hold" : undefined)} />{services.length > 0 && <ConfirmService order={order.id} number={order.number} today={data.today} services={services} why={data.missing.service ?? undefined} />}</div>}
        </div>
        <HeadFigures>
          <Figure size="head" label="ordered" value={<Money amount={ordered} currency={currency} />} /><Figure size="head" label="posted" value={amount("posted")} /><Figure size="head" label="blocked" value={<Money amount={watched ? null : add([order.amounts["held"] ?? "0", order.amounts["exception"] ?? "0"])} currency={currency} />} /><Figure size="head" label="paid" value={amount("paid")} />
        </HeadFigures>
      </div>
      <ProcessStrip detail={data} />
      {order.sentence !== null && <div className="whyb"><Why question="Why is it not posted?"><Said>{order.sentence}</Said></Why>{!watched && <BallBar detail={data} />}</div>}
      <div className="halves">
        <Region title="Across systems" sub="who held the ball">{watched ? <p className="sm m2">Only watched: no stage is timed, nobody holds the ball.</p> : <Across detail={data} />}</Region>
        <Region title="Wanted and confirmed" sub={watched ? "only watched" : `${data.commands.filter((command) => command.verifiedAt !== null).length} of ${data.commands.length} read back`}>{watched ? <p className="sm m2">Nothing is sent for it: its own systems lead it.</p> : <Wanted commands={data.commands} />}</Region>
      </div>
      <Region title="Conservation" sub="quantity and money, down to the line; a double rule means proved"><Conservation detail={data} /></Region>
      <div className="halves rule">
        <Region title="Parties and terms" sub="as the source says, and who that is here"><Parties detail={data} /></Region>
        <Region title="Dates" sub="when it happened, when it was known here, and on which day it counts"><Dates detail={data} /></Region>
      </div>
      {data.findings.length > 0 && <Region title="Findings" sub="information only" className="rule"><ul className="sm m2 grid gap-1">{data.findings.map((finding) => <li key={finding.code + finding.message}><Link className="id ln" href={findingsHref({ code: finding.code, entity: order.entity })}>{finding.code}</Link> <Said>{finding.message}</Said></li>)}</ul></Region>}
      <Region title="Notes" className="rule"><Notes subject={order.id} why={data.missing.note ?? undefined} /></Region>
    </Page>
  );
}
