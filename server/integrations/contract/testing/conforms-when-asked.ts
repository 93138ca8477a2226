import { describe, expect, test } from "vitest";
import { bench, lease, type Answer, type Setup, type Vendor } from "./conformance";
import { listed } from "./listed";

const span = { from: "2020-01-01T00:00:00.000Z", to: "2030-01-01T00:00:00.000Z" };

/** What a vendor's test tells the kit: how its vendor lists two pages of what exists, and what that is. */
export interface Asking {
  setup: Setup;
  census: string;
  /** Lists in at least two pages. */
  vendor: Vendor;
  /** All that is listed, as `kind document`; what is none of ours as `excluded`. */
  expected: readonly string[];
  /** What it counts itself; null where it counts nothing. */
  total: number | null;
  /** The feed that tells the same, of the same vendor. */
  feed: string;
}

/** Every connector that can be asked what exists keeps these promises. */
export function conformsWhenAsked(name: string, one: Asking): void {
  const asked = async (vendor: Vendor) => {
    const stub = await bench(one.setup, vendor);
    const { messages, ...whole } = await listed(stub.integrations, one.census, span);
    const kinds = (await stub.integrations.censuses("under-test")).find(({ name: known }) => known === one.census)?.kinds ?? [];
    const fed = await stub.integrations.readFeed("under-test", one.feed, null, lease());
    stub.integrations.close();
    await stub.close();
    return { ...whole, kinds, ids: messages.map(({ sourceMessageId }) => sourceMessageId), fed: fed.reading.ok ? fed.reading.value.messages.map(({ sourceMessageId }) => sourceMessageId) : [] };
  };

  describe(`${name} when asked what exists`, () => {
    test("names all of it, page by page, and counts as it lists", async () => {
      const { pages, rows, total, failure, statements, kinds } = await asked(one.vendor);
      expect(failure).toBeNull();
      expect(pages).toBeGreaterThan(1);
      expect(total).toBe(one.total);
      if (total !== null) expect(rows).toBe(total);
      expect(statements.map(({ kind, document, excluded }) => `${kind} ${excluded === null ? document : "excluded"}`).sort()).toEqual([...one.expected].sort());
      for (const { kind } of statements) expect(kinds).toContain(kind);
    });
    test("tells of each in the very message of its feed, so that what is fetched and what comes late is one", async () => {
      const { ids, fed } = await asked(one.vendor);
      expect(fed.length).toBeGreaterThan(0);
      for (const id of fed) expect(ids).toContain(id);
      expect((await asked(one.vendor)).ids).toEqual(ids);
    });
    const broken: readonly (readonly [string, Answer])[] = [["an error", { status: 500 }], ["a page that is cut off", { text: '{"data":[{"id"' }], ["another shape", { body: { something: "else" } }], ["a refused login", { status: 401 }], ["a cut connection", { cut: true }]];
    test.each(broken)("never takes %s for nothing", async (_, answer) => {
      expect((await asked(() => answer)).failure).not.toBeNull();
    });
  });
}
