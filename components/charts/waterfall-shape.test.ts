import { describe, expect, it } from "vitest";
import { labelPlace, place } from "./waterfall-shape";

describe("place", () => {
  it("measures in percent of the window", () => { expect(place(25, 75, 0, 100)).toEqual({ left: 25, width: 50 }); });
  it("cuts off what began before and has not ended", () => { expect(place(-50, 500, 0, 100)).toEqual({ left: 0, width: 100 }); });
  it("keeps a moment visible, even at the edge", () => { expect(place(100, 100, 0, 100)).toEqual({ left: 99.6, width: 0.4 }); });
});
describe("labelPlace", () => {
  it("writes inside a long bar", () => { expect(labelPlace({ left: 10, width: 60 }, 20)).toBe("inside"); });
  it("writes after a short bar, and before one at the end", () => {
    expect(labelPlace({ left: 10, width: 1 }, 20)).toBe("after");
    expect(labelPlace({ left: 90, width: 1 }, 20)).toBe("before");
    expect(labelPlace({ left: 50, width: 10 }, 20, 70)).toBe("before");
  });
});
