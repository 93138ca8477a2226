import { expect, it } from "vitest";
import { acknowledging } from "@/server/testing/memory/small-planner";
import { messageOf } from "@/server/testing/memory/landscape";
import { createMemory } from "@/server/testing/memory/ports";
import { order } from "@/server/testing/world/builders";
import { DeliveryLane } from "./deliver";
import { normalizeWaiting } from "./normalize";
import { planWaiting } from "./plan";
import { receive } from "./receive";
import { createSettler } from "./settler";

it("sends nothing of which it hears when its lease has ended: others may have looked and sent again by then", async () => {
  const memory = createMemory("2026-03-02T14:30:00.000Z"), { ports } = memory;
  await receive(ports.inbox, [messageOf(order("SO-1").line("1", "A", 1, "1.00"), "m1")]);
  await normalizeWaiting(ports, 10);
  await planWaiting(ports, { order: acknowledging }, 10);
  let standsStillMs = 30_000;
  const commands = { ...ports.commands, claim: async (request: Parameters<typeof ports.commands.claim>[0]) => { const claimed = await ports.commands.claim(request); memory.pass(standsStillMs); return claimed; } };
  const settler = createSettler(ports, (error) => { throw error; });
  const lane = new DeliveryLane({ ...ports, commands }, "shop", "operations", { worker: "w", leaseMs: 30_000, settler });
  await lane.topUp();
  while (lane.calls > 0) await lane.whenFreed();
  await settler.flush();
  expect(memory.landscape.sends).toEqual([]);
  expect([...memory.rows.commands.values()]).toMatchObject([{ state: "sending", attempts: 1 }]);
  memory.pass(1);
  expect(await ports.reconciliation.expireLeases()).toBe(1);
  // Nothing stands still, and the same lane goes on.
  for (const row of memory.rows.commands.values()) row.state = "wanted";
  standsStillMs = 1_000;
  expect(await lane.topUp()).toBe(1);
  while (lane.calls > 0) await lane.whenFreed();
  await settler.flush();
  expect(memory.landscape.sends).toHaveLength(1);
});
