import { describe, expect, test } from "vitest";
import { fileMapping } from "./trial";

const column = (name: string) => ({ column: name });
const mapping = {
  files: "ORD*.csv", document: "order", delimiter: ";", decimal: ",", dates: "dd.MM.yyyy",
  fields: {
    number: column("No"), channel: { constant: "edi" }, placed: column("Date"), sellTo: column("Customer"), country: { constant: "DE" }, currency: { constant: "EUR" }, terms: { constant: "N30" },
    line: column("Pos"), item: column("Item"), quantity: column("Qty"), unit: { column: "Unit", values: { ST: "EA" } }, price: column("Price"),
  },
};
const head = "No;Date;Customer;Pos;Item;Qty;Unit;Price\r\n";
const row = (number: string, line = 1, quantity = "2,5") => `${number};24.11.2026;K-7;${line};IT-1;${quantity};ST;18,75\r\n`;
const tried = async (text: string, more: object = {}) => { const answer = await fileMapping.tryOn({ ...mapping, ...more }, text); if (!answer.ok) throw new Error(answer.error.message); return answer.value; };

describe("a mapping on a sample", () => {
  test("tells each document with its rows: the event that it becomes, or what is wrong in which row and column", async () => {
    const { columns, refused, documents } = await tried(head + row("A1") + row("A1", 2) + row("A2", 1, "zwei") + row("A3"));
    expect([columns, refused]).toEqual([head.trim().split(";"), null]);
    expect(documents).toMatchObject([
      { rows: [2, 3], key: "A1", event: { type: "order.captured", at: "2026-11-24T00:00:00.000Z", data: { number: "A1", lines: [{ quantity: "2.5", unit: "EA" }, { line: "2" }] } }, errors: [] },
      { rows: [4], key: "A2", event: null, errors: [{ row: 4, field: "quantity", column: "Qty", message: '"zwei" is no number with , as its decimal mark' }] },
      { rows: [5], key: "A3", errors: [] },
    ]);
  });
  test.each([
    ["a column that is gone", head.replace("Qty", "Quantity") + row("A1"), {}, "The file has no column Qty"],
    ["rows of one document apart", head + row("A1") + row("A2") + row("A1", 2), {}, "The rows of A1 do not follow each other"],
    ["no trailer", head + row("A1"), { trailer: "END" }, "no trailer END: it is cut off"],
    ["an open quote", `${head}"A1`, {}, "inside of quotes: it is cut off"],
  ])("tells why a file with %s would be set aside whole", async (_, text, more, why) => {
    const { refused, documents, columns } = await tried(text, more);
    expect(refused).toContain(why);
    expect([documents, columns.length]).toEqual([[], 8]);
  });
  test("takes umlauts and a byte order mark, whatever encoding the mapping names for files", async () => {
    expect((await tried(`\ufeff${head}${row("Ä1")}`, { encoding: "windows-1252" })).documents).toMatchObject([{ key: "Ä1", errors: [] }]);
  });
  test("a mapping that lacks fields is told field by field", async () => {
    const answer = await fileMapping.tryOn({ ...mapping, fields: {} }, head);
    expect(answer.ok ? "" : answer.error.message).toContain("fields.number: is needed; fields.channel: is needed");
  });
  test("a sample is bounded", async () => {
    const answer = await fileMapping.tryOn(mapping, head + row("A1").repeat(1_000));
    expect(answer).toMatchObject({ ok: false, error: { message: "A sample has at most 1,000 lines and 200,000 characters" } });
    expect(await fileMapping.tryOn(mapping, head + "x".repeat(200_000))).toMatchObject({ ok: false });
    expect((await tried(head + Array.from({ length: 999 }, (_, index) => row(`A${index}`)).join(""))).documents).toHaveLength(999);
  });
  test("names every field that a mapping may fill", () => {
    expect(Object.keys(fileMapping.targets)).toEqual(["order", "shipment"]);
    expect(fileMapping.targets["order"]?.[0]).toEqual({ name: "number", title: "Order number", kind: "text", level: "document", required: true });
  });
});
