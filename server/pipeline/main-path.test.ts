import { describe, expect, it } from "vitest";
import { planners } from "@/server/domain/planners";
import { createMemoryPostings } from "@/server/testing/memory/brake";
import { grant, person } from "@/server/testing/memory/people";
import { wake } from "@/server/testing/memory/rows";
import { createMemory, runToRest, type Memory } from "@/server/testing/memory/ports";
import { messageOf } from "@/server/testing/memory/landscape";
import { credit, customer, item, order, periods, ships } from "@/server/testing/world/builders";
import { receive } from "./receive";

const masters = [periods(1, "2026-01-01 00:00"), customer("C-1"), item("A"), item("B"), credit("C-1", 1, "2026-01-01 00:00", "100000.00", "0.00")];
const captured = order("SO-1").line("1", "A", 10, "12.50").line("2", "B", 4, "33.33").charge("freight", "15.00");
const shipped = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-1", line: "2", item: "B", quantity: 4 }]);

async function told(memory: Memory, ...things: Parameters<typeof messageOf>[0][]): Promise<void> {
  const start = memory.rows.messages.size;
  await receive(memory.ports.inbox, things.map((thing, index) => messageOf(thing, `m${start + index}`)));
  await runToRest(memory.ports, planners);
}
const commandOf = (memory: Memory, kind: string) => [...memory.rows.commands.values()].filter((row) => row.kind === kind);

describe("the main path", () => {
  it("takes one order from a message to a posted invoice that was read back (S01)", async () => {
    const memory = createMemory("2026-03-02T14:30:00.000Z");
    await told(memory, ...masters);
    await told(memory, captured);
    expect(commandOf(memory, "release_to_warehouse").map(({ state }) => state)).toEqual(["confirmed"]);
    await told(memory, shipped);
    const [invoice] = commandOf(memory, "post_invoice");
    expect(invoice).toMatchObject({ state: "confirmed", reference: "INV-1", verifiedAt: memory.now() });
    expect(memory.landscape.erp.documents.map(({ net, charges, tax, total }) => [net, charges, tax, total])).toEqual([["258.32", "15.00", "21.87", "295.19"]]);
    expect(commandOf(memory, "commit_tax").map(({ state }) => state)).toEqual(["confirmed"]);
    expect(memory.rows.exceptions).toEqual([]);
    expect(new Set(memory.landscape.done).size).toBe(memory.landscape.done.length);
  });

  it("drops repeats and adds nothing when everything is planned again", async () => {
    const memory = createMemory("2026-03-02T14:30:00.000Z");
    await told(memory, ...masters, captured, shipped);
    const done = [...memory.landscape.done];
    const again = await receive(memory.ports.inbox, [...memory.rows.messages.values()].map((row) => ({ ...row })));
    expect(again.every(({ verdict }) => verdict === "repeated")).toBe(true);
    for (const row of memory.rows.subjects.values()) wake(memory.rows, row.id, memory.now());
    await runToRest(memory.ports, planners);
    expect(memory.landscape.done).toEqual(done);
  });

  it("finds a posting whose answer was lost by look-up, and never posts it twice (S12)", async () => {
    const memory = createMemory("2026-03-02T14:30:00.000Z");
    memory.landscape.faults.push({ connector: "erp", kind: "post_invoice", does: "lose" });
    await told(memory, ...masters, captured, shipped);
    expect(commandOf(memory, "post_invoice")[0]).toMatchObject({ state: "confirmed", attempts: 1, verifiedAt: memory.now() });
    expect(memory.landscape.erp.documents).toHaveLength(1);
  });

  it("keeps a release that may have been taken as it was, though the order changed: the goods go once, and the rest is recalled", async () => {
    const memory = createMemory("2026-03-02T14:30:00.000Z");
    memory.ports.random = { fraction: () => 0.5 };
    memory.landscape.support.release_to_warehouse = { idempotentForMs: 86_400_000 };
    memory.landscape.faults.push({ connector: "wms", kind: "release_to_warehouse", does: "lose" });
    await told(memory, ...masters, captured);
    const [before] = commandOf(memory, "release_to_warehouse").map((row) => ({ ...row }));
    expect(before).toMatchObject({ state: "unknown", attempts: 1, lookups: 0 });
    await told(memory, captured.change("2026-03-02 14:30", (data) => { data.lines[0]!.quantity = "6"; }));
    expect(commandOf(memory, "release_to_warehouse")).toEqual([before]);
    memory.pass(1_000);
    await runToRest(memory.ports, planners);
    expect(commandOf(memory, "release_to_warehouse")).toMatchObject([{ state: "confirmed", attempts: 2, payload: before?.payload }]);
    expect(memory.landscape.done.filter((key) => key.startsWith("release_to_warehouse"))).toHaveLength(1);
    expect(commandOf(memory, "recall_release")).toMatchObject([{ payload: { lines: [{ line: "1", quantity: "4" }] } }]);
  });
  it("sends again with the same key only after two empty look-ups, 30 s apart (S12c)", async () => {
    const memory = createMemory("2026-03-02T14:30:00.000Z");
    memory.landscape.faults.push({ connector: "erp", kind: "post_invoice", does: "vanish" });
    await told(memory, ...masters, captured, shipped);
    expect(commandOf(memory, "post_invoice")[0]).toMatchObject({ state: "unknown", lookups: 1, attempts: 1 });
    memory.pass(29_000);
    await runToRest(memory.ports, planners);
    expect(commandOf(memory, "post_invoice")[0]).toMatchObject({ state: "unknown", attempts: 1 });
    memory.pass(1_000);
    await runToRest(memory.ports, planners);
    expect(commandOf(memory, "post_invoice")).toMatchObject([{ state: "confirmed", sequence: 1, attempts: 2 }]);
    expect(memory.landscape.erp.documents).toHaveLength(1);
  });

  it("asks a person where the target cannot be searched, and sends nothing (S12e)", async () => {
    const memory = createMemory("2026-03-02T14:30:00.000Z");
    memory.landscape.support.post_invoice = { lookup: null };
    memory.landscape.faults.push({ connector: "erp", kind: "post_invoice", does: "vanish" });
    await told(memory, ...masters, captured, shipped);
    memory.pass(86_400_000);
    await runToRest(memory.ports, planners);
    const [invoice] = commandOf(memory, "post_invoice");
    expect(invoice).toMatchObject({ state: "unknown", attempts: 1, rejection: { code: "TEC-04" } });
    expect(memory.landscape.erp.documents).toHaveLength(0);
  });

  it("ships and has tax determined while postings are stopped, and posts once when they go on", async () => {
    const memory = createMemory("2026-03-02T14:30:00.000Z");
    const postings = createMemoryPostings(memory.rows, memory.ports.clock);
    await postings.stop(person("ann", grant()), "US01", "two invoices for one order");
    await told(memory, ...masters, captured);
    await told(memory, shipped);
    expect(["release_to_warehouse", "determine_tax", "post_invoice"].map((kind) => commandOf(memory, kind).map(({ state }) => state))).toEqual([["confirmed"], ["confirmed"], ["wanted"]]);
    expect(memory.landscape.erp.documents).toHaveLength(0);
    await postings.resume(person("bob", grant()), "US01", memory.now(), "it was a test");
    await runToRest(memory.ports, planners);
    expect(memory.landscape.erp.documents).toHaveLength(1);
  });

  it("pauses a connector that refuses the credentials after one call", async () => {
    const memory = createMemory("2026-03-02T14:30:00.000Z");
    memory.landscape.faults.push({ connector: "wms", does: "deny", times: 100 });
    await told(memory, ...masters, captured);
    expect([...memory.rows.paused]).toEqual(["wms"]);
    expect(memory.landscape.sends.filter((key) => key.startsWith("request_allocation"))).toHaveLength(2);
    expect(commandOf(memory, "request_allocation").map(({ state }) => state)).toEqual(["wanted", "wanted"]);
  });

  it("keeps a message that cannot be read for replay", async () => {
    const memory = createMemory("2026-03-02T14:30:00.000Z");
    const body = new TextEncoder().encode(JSON.stringify({ poison: true }));
    await receive(memory.ports.inbox, [{ connector: "shop", sourceMessageId: "bad", digest: "d", contentType: "application/json", headers: {}, body, correlationId: "t" }]);
    await runToRest(memory.ports, planners);
    expect([...memory.rows.messages.values()]).toMatchObject([{ state: "failed", code: "CTR-01", body }]);
  });
});
