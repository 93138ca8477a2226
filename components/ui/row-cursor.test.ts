import { expect, it } from "vitest";
import { moved } from "./row-cursor";

it.each([[-1, 1, 3, 0], [-1, -1, 3, 2], [0, 1, 3, 1], [2, 1, 3, 2], [0, -1, 3, 0], [0, 1, 0, -1]])(
  "from row %i by %i of %i rows comes to %i", (index, by, length, to) => { expect(moved(index, by, length)).toBe(to); });
