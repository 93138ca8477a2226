import { expect, test } from "vitest";
import { readMark } from "./cursor";

test.each([
  [null, { kind: "start" }], [178, { kind: "entry", entry: "178" }], ["cap_13", { kind: "entry", entry: "cap_13" }],
  ["2026-11-23T00:00:00.000Z", { kind: "time", at: "2026-11-23T00:00:00.000Z", more: false }],
  [{ link: null, since: "2026-11-23T00:00:00.000Z", newest: null }, { kind: "time", at: "2026-11-23T00:00:00.000Z", more: false }],
  [{ link: "/next", since: "2026-11-23T00:00:00.000Z", newest: "2026-11-24T00:00:00.000Z" }, { kind: "time", at: "2026-11-24T00:00:00.000Z", more: true }],
  [{ link: null, since: null, newest: null }, { kind: "start" }],
  [{ offset: 4 }, { kind: "entry", entry: '{"offset":4}' }],
])("%j", (cursor, mark) => { expect(readMark(cursor)).toEqual(mark); });
