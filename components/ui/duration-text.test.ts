import { describe, expect, it } from "vitest";
import { absoluteText, clockText, dayClockText, durationText, isoDuration, zoneOffset } from "./duration-text";

const minutes = (count: number) => count * 60_000;

describe("durationText", () => {
  it.each([
    [0, "0 s"], [-5_000, "0 s"], [4_200, "4 s"], [minutes(52), "52 min"], [minutes(60), "1 h"], [minutes(72), "1 h 12"], [minutes(62), "1 h 02"],
    [minutes(220), "3 h 40"], [minutes(19 * 60 + 50), "19 h"], [minutes(26 * 60), "26 h"], [minutes(47 * 60 + 59), "47 h"], [minutes(48 * 60), "2 d"],
  ])("says %d ms shortly as %s", (length, text) => { expect(durationText(length)).toBe(text); });
  it.each([[minutes(22 * 60 + 5), "22 h 05"], [minutes(51 * 60), "2 d 3 h"], [minutes(48 * 60), "2 d"]])(
    "says %d ms precisely as %s", (length, text) => { expect(durationText(length, "precise")).toBe(text); });
  it("has a form for machines", () => { expect(isoDuration(minutes(220))).toBe("PT3H40M"); });
});

describe("absoluteText", () => {
  it("gives weekday, date, time and zone", () => {
    expect(absoluteText("2026-07-16T19:32:08Z", "America/Chicago")).toBe("Thu 16 Jul 2026, 14:32:08 CDT");
  });
  it("gives back what is no instant", () => { expect(absoluteText("soon", "UTC")).toBe("soon"); });
  it("knows a zone's offset on both sides of a change of clocks", () => {
    expect(zoneOffset(Date.UTC(2026, 6, 16, 19, 32, 8), "America/Chicago")).toBe(-5 * 3_600_000);
    expect(zoneOffset(Date.UTC(2026, 0, 16), "America/Chicago")).toBe(-6 * 3_600_000);
    expect(zoneOffset(Date.UTC(2026, 0, 16), "Asia/Kolkata")).toBe(5.5 * 3_600_000);
  });
  it("with a day where that is not today's, and a year where that is not this one's", () => {
    const now = Date.parse("2026-07-16T09:00:00Z");
    expect([dayClockText("2026-07-16T05:00:00Z", "UTC", now), dayClockText("2026-07-15T05:00:00Z", "UTC", now), dayClockText("2006-07-16T05:00:00Z", "UTC", now), dayClockText("2026-07-16T05:00:07Z", "UTC", now, true)]).toEqual(["05:00", "15 Jul, 05:00", "16 Jul 2006, 05:00", "05:00:07"]);
  });
  it("shows midnight as 00", () => { expect(clockText("2026-07-16T00:05:00Z", "UTC", true)).toBe("00:05:00"); });
});
