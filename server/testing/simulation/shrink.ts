import { tell } from "./faults";
import { run, type Outcome, type Tamper } from "./run";
import type { Setting } from "./setting";

/** Runs spent on making a failing setting smaller. */
const most = 200;

/** Leaves out every story and every fault without which it still fails. Answers the smallest setting found, which fails. */
export async function shrink(setting: Setting, tamper?: Tamper): Promise<Setting> {
  let smallest = setting, left = most;
  const fails = async (tried: Setting): Promise<boolean> => { left -= 1; return (await run(tried, tamper ? { tamper } : {})).violations.length > 0; };
  const thin = async (what: "stories" | "faults"): Promise<void> => {
    for (let size = Math.ceil(smallest[what].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let from = 0; from < smallest[what].length && left > 0;) {
        const tried = { ...smallest, [what]: smallest[what].toSpliced(from, size) };
        if (tried.stories.length > 0 && (await fails(tried))) smallest = tried; else from += size;
      }
  };
  await thin("stories");
  await thin("faults");
  for (const simpler of [{ workers: 1 }, { slowness: 1 }, { isSerial: false }, { clocks: [] }, { limit: null }]) if (left > 0 && (await fails({ ...smallest, ...simpler }))) smallest = { ...smallest, ...simpler };
  return smallest;
}

/** Lines at the end of a trace that are about what went wrong. */
const shownLines = 40;

/** A failing run as a person reads it: what was ordered, what went wrong, what is not as it must be, and how it came about. */
export function tellStory(setting: Setting, { violations, trace, digest }: Outcome): string {
  const named = trace.filter((line) => !/ (looks|timer|nudged \w+|connectors\.\w+|a worker looks)$/.test(line) && !/(commands\.(lanes|doubt)|reconcile\.|plan\.(depend|look)|broadcasts\.pass_on|inbox\.claim)/.test(line));
  return [
    `seed ${setting.seed}, ${setting.workers} workers${setting.limit === null ? "" : `, ${setting.limit} postings a day`}, trace ${digest}`, "what must not be:", ...violations.slice(0, 6).map((line) => `  ${line}`), "told:", ...setting.stories.map(({ what }) => `  ${what}`),
    "what went wrong on purpose:", ...(setting.faults.length > 0 ? setting.faults.map((fault) => `  ${tell(fault)}`) : ["  nothing"]), `the last of what happened (${named.length} of ${trace.length} lines):`, ...named.slice(-shownLines).map((line) => `  ${line}`),
  ].join("\n");
}
