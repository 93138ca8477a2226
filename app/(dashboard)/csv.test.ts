import { TRPCError } from "@trpc/server";
import { expect, test } from "vitest";
import { csvList } from "./csv";

interface List { items: string[]; next: string | null }

test("a list is written whole, page by page and only as it is taken", async () => {
  const asked: (string | undefined)[] = [];
  const pages = 70;
  const read = ({ cursor }: { cursor?: string }): Promise<List> => {
    asked.push(cursor);
    const page = Number(cursor ?? "0");
    return Promise.resolve({ items: [`a${page}`, "=1+1"], next: page + 1 < pages ? String(page + 1) : null });
  };
  const answer = await csvList<List>("things", ["thing"], read, ({ items }) => items.map((item) => [item]));
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="things.csv"');
  expect(asked.length).toBeLessThan(4);
  const lines = (await answer.text()).trimEnd().split("\r\n");
  expect([lines[0], lines.length, lines.at(-2), lines.at(-1)]).toEqual(["thing", 1 + 2 * pages, "a69", "'=1+1"]);
  expect(asked).toEqual([undefined, ...Array.from({ length: pages - 1 }, (_, index) => String(index + 1))]);
});

test("who is not signed in gets an answer and no list", async () => {
  const answer = await csvList<List>("things", ["thing"], () => Promise.reject(new TRPCError({ code: "UNAUTHORIZED" })), () => []);
  expect(answer.status).toBe(401);
});

test.each([["FORBIDDEN", 403], ["NOT_FOUND", 404]] as const)("who may not see it, or names what is not there, is told so: %s", async (code, status) => {
  const answer = await csvList<List>("things", ["thing"], () => Promise.reject(new TRPCError({ code, message: "and why" })), () => []);
  expect([answer.status, await answer.text()]).toEqual([status, "and why"]);
});
