import { expect, test } from "vitest";
import { mailText } from "@/server/domain/notices";
import { noticeMail } from "./notice-mail";

test("a mail leads to the very list, in text and in HTML, and what a system said stays text", () => {
  const notice = { kind: "exceptions" as const, entity: "US01", title: "Item <b>7</b>", detail: "2 documents & more", path: "/exceptions?group=a%7Cb&x=1", raisedAt: "2026-03-02T10:00:00.000Z" };
  const { text, html } = noticeMail(mailText([notice], "at_once"), "at_once", "https://tower.example.test");
  expect(text).toContain("https://tower.example.test/exceptions?group=a%7Cb&x=1");
  expect(text).toContain("https://tower.example.test/notices");
  expect(html).toContain('href="https://tower.example.test/exceptions?group=a%7Cb&#38;x=1"');
  expect(html).toContain("Item &#60;b&#62;7");
  expect(html).not.toContain("<b>7");
});
