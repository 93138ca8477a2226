import { Clock } from "@/components/ui/age";
import { durationText } from "@/components/ui/duration-text";
import type { TraceAnswer } from "@/server/api/shapes";
import { diagramOf, longGapMs, TOWER, type Step } from "./diagram-shape";

type Entry = TraceAnswer["story"][number];

/** Who told whom what, in time: one arrow a message or call. Each that has a payload opens it. */
export function Diagram({ story, onOpen }: { story: readonly Entry[]; onOpen: (entry: Entry) => void }) {
  const { lanes, steps } = diagramOf(story);
  const at = (lane: number): number => ((lane + 0.5) / lanes.length) * 100;
  return (
    <div className="scrollx" tabIndex={0} role="group" aria-label="Diagram, scrolls sideways">
      <div className="sq" style={{ minWidth: 96 + lanes.length * 120 }}>
        <div className="sq-head" aria-hidden>{lanes.map((lane, index) => <span key={lane} className={lane === TOWER ? "b" : ""} style={{ left: `${at(index)}%` }}>{lane === TOWER ? "Ledgerline" : lane}</span>)}</div>
        <ol className="sq-body" aria-label="Story as a diagram" data-story>
          <li className="sq-lanes" aria-hidden>{lanes.map((lane, index) => <i key={lane} className={lane === TOWER ? "own" : ""} style={{ left: `${at(index)}%` }} />)}</li>
          {steps.map((step, index) => <Line key={index} step={step} lanes={lanes} at={at} onOpen={onOpen} />)}
        </ol>
      </div>
    </div>
  );
}

function Line({ step, lanes, at, onOpen }: { step: Step; lanes: readonly string[]; at: (lane: number) => number; onOpen: (entry: Entry) => void }) {
  const { entry, from, to, says, mood, gapMs } = step;
  const left = Math.min(at(from), at(to)), width = Math.abs(at(from) - at(to));
  const opens = (entry.what === "message" || entry.what === "attempt") && entry.link !== null;
  const spoken = <span className="vh">{from === to ? "" : `${lanes[from] ?? ""} to ${lanes[to] ?? ""}: `}</span>;
  const text = opens ? <button type="button" onClick={() => { onOpen(entry); }}>{spoken}{says}</button> : <span>{spoken}{says}</span>;
  return (
    <>
      {gapMs > longGapMs && <li className="sq-gap"><span>{durationText(gapMs, "precise")}</span></li>}
      <li className={`sq-line sq-${mood}`}>
        <span className="sq-time n"><Clock at={entry.at} seconds /></span>
        <span className="sq-plot">
          {from === to ? <span className="sq-mark" style={{ left: `${at(from)}%` }}>{text}</span>
            : <span className={`sq-arrow${to < from ? " back" : ""}`} style={{ left: `${left}%`, width: `${width}%` }}>{text}</span>}
        </span>
      </li>
    </>
  );
}
