import { expect, test } from "vitest";
import type { BrokerMessage } from "@/server/integrations/contract/broker";
import type { Logger } from "@/server/observability/logger";
import { createTaking, deliveriesAllowed } from "./taking";

const message = (id: string, deliveries = 1): BrokerMessage => ({ sourceMessageId: id, digest: id, contentType: "application/json", body: new Uint8Array(), deliveries, position: `s ${id}` });
const never = new AbortController().signal;

/** A front door that refuses what it is told to, and writes down what came together. */
function door(refuses: (id: string) => Error | null) {
  const batches: string[][] = [], aside: string[] = [];
  const take = createTaking({
    receive: (inputs) => {
      for (const { sourceMessageId } of inputs) { const error = refuses(sourceMessageId); if (error) return Promise.reject(error); }
      batches.push(inputs.map(({ sourceMessageId }) => sourceMessageId));
      return Promise.resolve(inputs.map(() => ({ verdict: "accepted" as const, id: "1" })));
    },
    inbox: { setAside: ({ sourceMessageId }) => { aside.push(sourceMessageId); return Promise.resolve(); } },
    isOutage: (error) => (error as Error).message === "away", logger: { warn: () => undefined } as unknown as Logger,
  });
  return { take, batches, aside };
}

test("what never came before comes together, what did comes alone", async () => {
  const { take, batches } = door(() => null);
  expect(await take("b", [message("1"), message("2"), message("3", 2)], never)).toEqual(["taken", "taken", "taken"]);
  expect(batches).toEqual([["1", "2"], ["3"]]);
});

test("one that chokes the door comes again alone, and its neighbours are taken", async () => {
  const { take, batches, aside } = door((id) => (id === "2" ? new Error("chokes") : null));
  expect(await take("b", [message("1"), message("2"), message("3")], never)).toEqual(["taken", "again", "taken"]);
  expect([batches, aside]).toEqual([[["1"], ["3"]], []]);
});

test("beyond the limit of deliveries it is set aside unread", async () => {
  const { take, batches, aside } = door(() => null);
  expect(await take("b", [message("last", deliveriesAllowed), message("poison", deliveriesAllowed + 1)], never)).toEqual(["taken", "taken"]);
  expect([batches, aside]).toEqual([[["last"]], ["poison"]]);
});

test("while the database is away nothing is given back", async () => {
  let away = 2;
  const { take, batches } = door(() => (away-- > 0 ? new Error("away") : null));
  expect(await take("b", [message("1"), message("2")], never)).toEqual(["taken", "taken"]);
  expect(batches).toEqual([["1", "2"]]);
});
