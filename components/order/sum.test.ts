import { expect, test } from "vitest";
import { add } from "./sum";

test.each([
  [["0.1", "0.2"], "0.3"], [["100.00", "-99.99"], "0.01"], [["-0.5", "0.25"], "-0.25"], [[], "0"], [["999999999999999.999999", "0.000001"], "1000000000000000"],
])("%j sum to %s, exactly", (values, total) => { expect(add(values)).toBe(total); });
