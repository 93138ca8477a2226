import type { FigureKey, Measured } from "./figures";
import { startPlanProcess, type PlanProcess } from "./processes";

const sizes: readonly { lines: number; key: FigureKey }[] = [{ lines: 5, key: "planMicroseconds5" }, { lines: 50, key: "planMicroseconds50" }, { lines: 5_000, key: "planMicroseconds5000" }];

/** Orders of each size brought to the middle of their life, once for all runs. */
export interface Plans { measure(quick: boolean): Promise<Measured>; end(): Promise<void> }

export async function preparePlans(): Promise<Plans> {
  const ready: { key: FigureKey; process: PlanProcess }[] = [];
  for (const { lines, key } of sizes) ready.push({ key, process: await startPlanProcess(lines) });
  return {
    measure: async (quick) => {
      const figures: Measured = {};
      for (const { key, process } of ready) figures[key] = await process.microseconds(quick ? 500 : 2_000);
      return figures;
    },
    end: async () => { for (const { process } of ready) await process.end(); },
  };
}
