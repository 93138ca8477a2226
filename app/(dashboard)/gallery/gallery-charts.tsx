import { AgeMatrix, AgeMatrixKey } from "@/components/charts/age-matrix";
import { Bars } from "@/components/charts/bars";
import { LatencyChart } from "@/components/charts/latency-chart";
import { Pipeline, PipelineKey } from "@/components/charts/pipeline";
import { StackBar } from "@/components/charts/stack-bar";
import { WaterfallChart } from "@/components/charts/waterfall-chart";
import { Region } from "@/components/ui/region";
import { buckets, holders, holderWindow, latency, pipelineGaps, pipelineStages, stages, sums } from "./samples";

const hours = [34, 35, 33, 36, 37, 35, 38, 40, 42, 44, 43, 46, 48, 52, 55, 58, 60, 64, 66, 70, 74, 79, 84, 88];

export function GalleryCharts() {
  return (
    <>
      <div className="rule" />
      <Region title="Captured to paid" sub="what stands between each two stages; today’s throughput at the stages" end={<PipelineKey />}><Pipeline stages={pipelineStages} gaps={pipelineGaps} currency="USD" /></Region>
      <div className="cols rule" style={{ gridTemplateColumns: "minmax(0,766px) minmax(0,1fr)" }}>
        <Region title="Age in stage" sub="money, orders" end={<AgeMatrixKey />}><AgeMatrix caption="Sample orders in flight by stage and age" buckets={buckets} stages={stages} sums={sums} currency="USD" /></Region>
        <Region title="Shipment confirmed to invoice posted" sub="p50, p95, last 24 h">
          <LatencyChart points={latency} limitMinutes={120} cause="Business Central 429s" sentence="Sample posting latency, last 24 hours. p95 passed the two hour limit between 11:15 and 13:15, now 1 hour 34. p50 16 minutes." />
          <div className="pt-3">
            <StackBar
              sentence="Of the p95 of 94 minutes, 79 waited for the call budget" lead="p95, 94 min:"
              parts={[{ key: "a", label: "Ledgerline", text: "1", size: 1 }, { key: "b", label: "AvaTax", text: "1", size: 1 }, { key: "c", label: "budget wait", text: "79", size: 79, hue: "tech" }, { key: "d", label: "posting", text: "13", size: 13 }]}
            />
          </div>
        </Region>
      </div>
      <div className="cols rule" style={{ gridTemplateColumns: "minmax(0,1fr) minmax(0,1fr)" }}>
        <Region title="Across systems" sub="Thu 16 Jul, CDT"><WaterfallChart sentence="Sample: Business Central held it 1 h 13, master data 1 h 17, Ledgerline since 14:24." intervals={holders} {...holderWindow} /></Region>
        <Region title="Bars"><p className="row wrap"><Bars values={hours} hue="biz" sentence="Sample: open mapping exceptions by hour, 34 to 88" /><Bars values={hours} hue="quiet" width={48} height={12} sentence="Sample: small bars" /><Bars values={[0, 0, 1, 0, 4, 9]} hue="tech" sentence="Sample with zeros" /></p></Region>
      </div>
    </>
  );
}
