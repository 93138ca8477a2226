import { expect, test } from "vitest";
import { mailText, nextMailTryMs, type Notice } from "./notices";

const notice = (over: Partial<Notice> = {}): Notice => ({ kind: "exceptions", entity: "US01", title: "Item without mapping · IT-7", detail: "", path: "/exceptions?group=x", raisedAt: "2026-03-02T10:00:00.000Z", ...over });

test("a single notice is its own subject; several are counted by kind, with the entities", () => {
  expect(mailText([notice()], "at_once").subject).toBe("US01: Item without mapping · IT-7");
  expect(mailText([notice(), notice({ entity: "DE01" }), notice({ kind: "holds" })], "daily").subject).toBe("Daily digest, DE01, US01: 2 causes, 1 hold");
});

test("a storm names ten, most recent first, and leads to the list for the rest", () => {
  const storm = Array.from({ length: 300 }, (_, index) => notice({ kind: "holds", title: `H${index}`, raisedAt: new Date(Date.UTC(2026, 2, 2, 0, index)).toISOString() }));
  const { subject, sections } = mailText(storm, "at_once");
  expect(subject).toBe("US01: 300 holds");
  expect(sections).toHaveLength(1);
  expect(sections[0]).toMatchObject({ more: 290, path: "/held" });
  expect(sections[0]?.notices.map(({ title }) => title).slice(0, 2)).toEqual(["H299", "H298"]);
});

test("a title cannot write headers", () => { expect(mailText([notice({ title: "a\r\nBcc: b@example.test" })], "at_once").subject).not.toMatch(/[\r\n]/); });

test("tries are further and further apart, and end", () => {
  expect([1, 2, 7, 8].map(nextMailTryMs)).toEqual([60_000, 300_000, 86_400_000, null]);
});
