import { expect, test } from "vitest";
import type { OrderDetail } from "@/server/api/shapes";
import { openServices } from "./services";

const line = (id: string, method: string) => ({ line: id, item: `I-${id}`, description: null, method }) as OrderDetail["lines"][number];
const slice = (of: string, more: Partial<OrderDetail["slices"][number]> = {}) => ({ subjectId: "o", line: of, stage: "fulfil", holder: "order_desk", quantity: "1.500000", validTo: null, ...more }) as OrderDetail["slices"][number];

test("a service waits for a word as far as the order desk has it now; goods, other stages and what was once never do", () => {
  const slices = [slice("1"), slice("1"), slice("2"), slice("3", { stage: "approve" }), slice("4", { validTo: "2026-03-02T00:00:00.000Z" }), slice("5", { holder: "supplier" }), slice("6", { subjectId: "other" })];
  expect(openServices({ order: { id: "o" }, lines: [line("1", "service"), line("2", "stock"), ...["3", "4", "5", "6"].map((id) => line(id, "service"))], slices })).toMatchObject([{ line: "1", item: "I-1" }]);
  expect(Number(openServices({ order: { id: "o" }, lines: [line("1", "service")], slices })[0]?.open)).toBe(3);
});
