import { channelName } from "@/components/tower/search";
import type { ServiceLevelList } from "@/server/api/shapes";
import { measureWords, targetText, warnText } from "./words";

/** A level as it is read aloud. */
export function Sentence({ level }: { level: Pick<ServiceLevelList["levels"][number], "measure" | "channel" | "targetMinutes" | "clock" | "warnAt"> }) {
  const words = measureWords(level.measure);
  return <>When <b>{words.when}</b>{level.channel && <> by <b>{channelName(level.channel)}</b></>}, <b>{words.then}</b> within <b>{targetText(level.targetMinutes, level.clock)}</b>; warn at {warnText(level.warnAt)}</>;
}
