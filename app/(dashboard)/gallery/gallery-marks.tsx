import { Age, Clock } from "@/components/ui/age";
import { Chip } from "@/components/ui/chip";
import { CommandProgress } from "@/components/ui/command-progress";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Figure, FigureStrip, HeadFigures } from "@/components/ui/figure";
import { Identifier } from "@/components/ui/identifier";
import { Kind, KindChip, kinds, type KindName } from "@/components/ui/kind";
import { Meter } from "@/components/ui/meter";
import { Money } from "@/components/ui/money";
import { Note } from "@/components/ui/note";
import { Proved } from "@/components/ui/proved";
import { Quantity } from "@/components/ui/quantity";
import { Region } from "@/components/ui/region";
import { SkeletonRows } from "@/components/ui/skeleton";
import { commandMarks, type CommandMark, connectorMarks, type ConnectorMark, ConnectorStatus, type GroupMark, groupMarks, GroupStatus, type OrderMark, orderMarks, OrderStatus, StatusMark } from "@/components/ui/status-mark";
import { Why } from "@/components/ui/why";

const usd = (amount: string) => <Money amount={amount} currency="USD" mode="whole" />;
const names = <State extends string>(marks: Record<State, unknown>) => Object.keys(marks) as State[];

export function GalleryMarks() {
  return (
    <>
      <FigureStrip label="Sample figures">
        <Figure label="Orders in flight" value="2,146" href="/orders" sub={<>{usd("5959295")} in all</>} about={{ definition: "Orders captured and not yet closed.", population: "Every order of the chosen entity.", excluded: "Orders in observe mode." }} />
        <Figure label="Past service level" value="543" href="/orders" mark={<Chip kind="late" icon="trending-up">up 61 since 12:00</Chip>} sub={<>{usd("1606117")}, 25 % of orders</>} />
        <Figure label="Shipped to posted, p50 / p95" value={<>11 min <em>/</em> 1 h 34</>} href="/service-levels" sub="p95 limit 2 h, over 11:15–13:15" about={{ definition: "From billing due to invoice posted.", population: "Invoices posted in the last 24 hours.", excluded: "392 shipments not yet posted.", restated: "15 July, by 2 late facts." }} />
        <Figure label="Open exceptions" value="312" href="/exceptions" sub={<><a href="/exceptions"><Kind of="technical" small>111 technical</Kind></a> <a href="/exceptions"><Kind of="business" small>201 business</Kind></a></>} />
        <Figure label="Money held" value={usd("412906")} href="/held" sub={<><Kind of="hold" small>38 postings</Kind>, to 3 d</>} />
        <Figure label="Shipped, not invoiced" value={usd("1204388")} href="/orders" sub="392 shipments, up 31 %" />
        <Figure label="Nothing missing" value={<>3 <em>gaps</em></>} sub="41,206 of 41,209 found" />
      </FigureStrip>
      <div className="cols rule" style={{ gridTemplateColumns: "minmax(0,1fr) minmax(0,1fr)" }}>
        <Region title="States" sub="no chip without a state behind it">
          <div className="grid gap-3">
            <p className="row wrap">{names(kinds).map((kind: KindName) => <KindChip key={kind} of={kind} />)}</p>
            <p className="row wrap">{names(kinds).map((kind: KindName) => <Kind key={kind} of={kind} />)} <Kind of="mapping" iconOnly /></p>
            <p className="row wrap"><Chip kind="soon" icon="flag">Due 17:00</Chip><Chip kind="late" icon="clock-alert">Late 38 min</Chip></p>
            <p className="row wrap">{names(groupMarks).map((state: GroupMark) => <GroupStatus key={state} state={state} />)}</p>
            <p className="row wrap">{names(commandMarks).map((state: CommandMark) => <StatusMark key={state} state={state} />)}</p>
            <p className="row wrap">{names(orderMarks).map((state: OrderMark) => <OrderStatus key={state} state={state} />)}</p>
            <p className="row wrap">{names(connectorMarks).map((state: ConnectorMark) => <ConnectorStatus key={state} state={state} />)}</p>
          </div>
        </Region>
        <Region title="Figures in text">
          <div className="grid gap-3">
            <p className="row wrap"><Money amount="48309.81" currency="USD" /> <Money amount="-199.72" currency="USD" /> <Money amount="184219.50" currency="USD" mode="whole" /> <Money amount="3318000" currency="USD" mode="compact" /> <Money amount="1250" currency="USD" signed /> <Money amount={null} currency="USD" /> <Money amount="1200" currency="SEK" /></p>
            <p className="row wrap"><Quantity quantity="1200.000" unit="ft" /> <Quantity quantity="0" quietZero /> <Identifier href="/orders">SO-48213</Identifier> <Identifier>erp:invoice:SHP-1057:1</Identifier></p>
            <p className="row wrap">age <Age since="2026-07-15T17:32:00Z" /> <Age since="2026-07-16T15:52:00Z" ago /> <Age since="2026-07-14T16:02:00Z" format="precise" /> at <Clock at="2026-07-16T19:31:50Z" seconds /></p>
            <p><Proved><Money amount="14752.31" currency="USD" className="b" /></Proved></p>
            <p><Meter label="Calls a minute" used={412} of={600} limit={540} /></p>
            <HeadFigures>
              <Figure size="head" label="ordered" value={<Money amount="14752.31" currency="USD" />} />
              <Figure size="head" label="blocked" value={<span className="c-biz"><Money amount="4129.74" currency="USD" /></span>} href="/exceptions" />
            </HeadFigures>
            <CommandProgress counts={{ waiting: 26, sending: 1, accepted: 2, verified: 8 }} stops={[1, 11]} />
            <CommandProgress counts={{ waiting: 26, sending: 1, accepted: 2, verified: 8 }} slim />
          </div>
        </Region>
      </div>
      <div className="rule" />
      <Region title="Sentences, notes, states of a screen">
        <div className="grid gap-4">
          <Why question="Why is SHP-1057 not posted?">The invoice of <b>$4,129.74</b> was refused at 13:06 because Business Central had no item for <b>THHN-12-500-BK</b>. The mapping was written at 14:24; this order is <b>15th of 37</b> and goes out <b>by about 14:40</b>. Nobody has to do anything.</Why>
          <Note icon="lightbulb" title="Known cause" sub="seen 41 times, 38 solved by mapping the item">If the item is new, ask purchasing for the Business Central number before you map.</Note>
          <div className="grid grid-cols-1 phone:grid-cols-3 gap-3">
            <EmptyState title="Nothing is held" action={<a className="ln sm" href="/held">What was released today, 12</a>}>The last one was released at 13:41. New ones appear here by themselves.</EmptyState>
            <ErrorState title="Shown as of 14:28">The live connection is lost; we try again in 8 s. Actions wait until it is back.</ErrorState>
            <div><SkeletonRows rows={4} /></div>
          </div>
        </div>
      </Region>
    </>
  );
}
