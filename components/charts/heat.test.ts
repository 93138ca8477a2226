import { expect, it } from "vitest";
import { heatStep, largestOf } from "./heat";

const largest = largestOf(["1120000", "751900", null, "9300"]);
it.each([["9300", 1], ["81200", 2], ["226300", 3], ["301200", 4], ["751900", 5], ["1120000", 5], ["0", 0], [null, 0]] as const)(
  "gives %s the step %i", (amount, heat) => { expect(heatStep(amount, largest)).toBe(heat); });
it("is none when there is no money at all", () => { expect(heatStep("0", largestOf([]))).toBe(0); });
