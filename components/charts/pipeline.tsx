import Link from "next/link";
import { Fragment } from "react";
import { Icon } from "@/components/ui/icon";
import { Kind, kinds, type KindName } from "@/components/ui/kind";
import { Money } from "@/components/ui/money";
import { quantityText } from "@/components/ui/money-text";

export interface PipelineStage { key: string; label: string; count: number; amount: string; href: string }
export interface PipelineGap {
  /** What stands between the stage with the same index and the next. */
  amount: string | null;
  count: number;
  /** "orders", "unpaid" */
  noun: string;
  href: string;
  moving: number;
  movingText?: string | undefined;
  /** What does not move, by cause. Zero counts are left out. */
  stuck: readonly { kind: KindName; count: number; href: string }[];
}
export interface PipelineProps {
  /** One fewer gap than stages. */
  stages: readonly PipelineStage[];
  gaps: readonly PipelineGap[];
  currency: string;
}

const count = (value: number) => quantityText(String(value));
const weight = (name: KindName): KindName => (name === "contract" ? "technical" : name === "mapping" ? "business" : name);

function Gap({ gap, currency }: { gap: PipelineGap; currency: string }) {
  const stuck = gap.stuck.filter((part) => part.count > 0);
  return (
    <div className="pipe-gap">
      <Link href={gap.href} className="pipe-sum"><b><Money amount={gap.amount} currency={currency} mode="compact" /></b> <span className="m2 n">{count(gap.count)} {gap.noun}</span></Link>
      <div className="stk" aria-hidden>
        {gap.moving > 0 && <i className="w-moving" style={{ flexGrow: gap.moving, flexBasis: 0 }} />}
        {stuck.map((part) => <i key={part.kind} className={`w-${kinds[weight(part.kind)].hue}`} style={{ flexGrow: part.count, flexBasis: 0 }} />)}
      </div>
      {(gap.moving > 0 || stuck.length === 0) && <div className="pipe-parts"><span>{gap.moving > 0 ? <><Icon name="arrow-right" small /> {count(gap.moving)} {gap.movingText ?? "moving"}</> : <span className="m3">nothing between</span>}</span></div>}
      <div className="pipe-parts">
        {stuck.map((part) => <Link key={part.kind} href={part.href}><Kind of={part.kind} small>{count(part.count)} <span className="vh">{kinds[part.kind].word}</span></Kind></Link>)}
      </div>
    </div>
  );
}

/** Captured to paid: throughput at the stages, and what stands between each two. */
export function Pipeline({ stages, gaps, currency }: PipelineProps) {
  return (
    <ol className="pipe">
      {stages.map((stage, index) => {
        const gap = gaps[index];
        return (
          <Fragment key={stage.key}>
            <li className="pipe-stage">
              <Link href={stage.href}><span className="lb">{stage.label}</span><b className="n">{count(stage.count)}</b><span className="sm m3"><Money amount={stage.amount} currency={currency} mode="compact" /></span></Link>
            </li>
            {gap !== undefined && index < stages.length - 1 && <li className="pipe-between"><Gap gap={gap} currency={currency} /></li>}
          </Fragment>
        );
      })}
    </ol>
  );
}

/** Key of the pipeline, for the end of its region's head. */
export function PipelineKey() {
  return (
    <span className="key">
      <span><i className="w-moving" />moving</span>
      {(["technical", "business", "hold", "drift", "sla"] as const).map((kind) => <Kind key={kind} of={kind} small>{kinds[kind].word.toLowerCase()}</Kind>)}
    </span>
  );
}
