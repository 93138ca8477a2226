import { describe, expect, it } from "vitest";
import { idle, keyCaps, SEQUENCE_MS, step, type SequenceState } from "./key-sequence";

const specs = ["j", "k", "g e", "g h", "?", "mod+k", "e", "enter"];
const press = (key: string, mod = false) => ({ key, mod, alt: false });
const type = (keys: string[], gap = 100) => {
  let state: SequenceState = idle;
  return keys.map((key, index) => {
    const done = step(state, press(key), specs, 1_000 + index * gap);
    state = done.state;
    return done.match;
  });
};

describe("step", () => {
  it("matches single keys in either case", () => { expect(type(["j", "K", "?", "Enter"])).toEqual(["j", "k", "?", "enter"]); });
  it("waits for the second key of a sequence", () => { expect(type(["g", "e"])).toEqual([null, "g e"]); });
  it("lets the sequence lapse, and then the key counts alone", () => { expect(type(["g", "e"], SEQUENCE_MS + 1)).toEqual([null, "e"]); });
  it("judges a key that does not continue on its own", () => { expect(type(["g", "j"])).toEqual([null, "j"]); });
  it("starts anew when the first key is pressed twice", () => { expect(type(["g", "g", "h"])).toEqual([null, null, "g h"]); });
  it("keeps plain and modified keys apart", () => {
    expect(step(idle, press("k", true), specs, 0).match).toBe("mod+k");
    expect(step(idle, press("j", true), specs, 0).match).toBeNull();
  });
  it("leaves Alt to the system", () => { expect(step(idle, { key: "j", mod: false, alt: true }, specs, 0).match).toBeNull(); });
});

describe("keyCaps", () => {
  it("draws caps", () => {
    expect(keyCaps("g e")).toEqual(["G", "E"]);
    expect(keyCaps("mod+k")).toEqual(["⌘K"]);
    expect(keyCaps("mod+k", false)).toEqual(["Ctrl K"]);
    expect(keyCaps("enter")).toEqual(["↵"]);
  });
});
