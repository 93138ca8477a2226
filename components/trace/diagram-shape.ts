import type { TraceAnswer } from "@/server/api/shapes";

type Entry = TraceAnswer["story"][number];
export type Mood = "plain" | "tech" | "biz" | "hold";
/** One line of the diagram: an arrow between two lanes, or a mark on one where both are the same. */
export interface Step { entry: Entry; from: number; to: number; says: string; mood: Mood; gapMs: number }
export interface Diagram { lanes: string[]; steps: Step[] }

export const TOWER = "tower";
const PEOPLE = "people";
/** Shown as a break in time where nothing happened for longer. */
export const longGapMs = 10 * 60_000;

const moods: Readonly<Record<string, Mood>> = { retryable: "tech", unknown: "tech", failed: "tech", rejected: "biz", differs: "biz", missing: "biz" };
const words = (value: string): string => value.replaceAll(/[._]/g, " ");

function saysOf({ what, title, detail, outcome }: Entry): string {
  if (what === "message") return words(detail ?? title);
  if (what === "attempt") return outcome === null || outcome === "confirmed" || outcome === "agreed" ? words(title) : `${words(title)}: ${words(outcome)}`;
  return what === "milestone" ? words(title) : title;
}

/**
 * The story between systems: senders at the left in the order in which they first speak, the tower after the first, people last.
 * What a message says stands on its arrow, so the facts that it added are not drawn again.
 */
export function diagramOf(story: readonly Entry[]): Diagram {
  const drawn = story.filter(({ what }) => what !== "event");
  const systems = [...new Set(drawn.filter(({ what }) => what === "message" || what === "attempt").map(({ lane }) => lane))];
  const lanes = [...systems.slice(0, 1), TOWER, ...systems.slice(1), ...(drawn.some(({ what }) => what === "decision") ? [PEOPLE] : [])];
  const tower = lanes.indexOf(TOWER);
  return {
    lanes,
    steps: drawn.map((entry, index): Step => {
      const lane = entry.what === "decision" ? lanes.indexOf(PEOPLE) : lanes.indexOf(entry.lane);
      const [from, to] = entry.what === "message" || entry.what === "decision" ? [lane, tower] : entry.what === "attempt" ? [tower, lane] : [tower, tower];
      const mood = entry.what === "hold" ? "hold" : entry.what === "exception" ? "biz" : moods[entry.outcome ?? ""] ?? "plain";
      const before = drawn[index - 1];
      return { entry, from, to, says: saysOf(entry), mood, gapMs: before ? Date.parse(entry.at) - Date.parse(before.at) : 0 };
    }),
  };
}
