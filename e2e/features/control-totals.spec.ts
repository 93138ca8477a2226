import { randomUUID } from "node:crypto";
import { orderCaptured, uniqueNumber, withLine, type CloudEvent } from "../given/an-event";
import type { Key } from "../given/a-key";
import { expect, test } from "../given/somebody";
import { results } from "../then/door";
import { isAccessible } from "../then/page";
import { towerJson } from "../when/command-line";
import { sends } from "../when/door";

/** Half a minute of allowance, a turn of the worker, and the loaded machine. */
const TOLD_WITHIN = 120_000;
const hourMs = 3_600_000;

test.describe("FEATURE: a source that only pushes says what it told", () => {
  test.describe("RULE: what it told and is not held is a gap with an age, until it is", () => {
    test("EXAMPLE: one of two orders was lost on its way; it is sent again", async ({ as }) => {
      test.setTimeout(360_000);
      const source = `push-${randomUUID().slice(0, 6)}`, { secret } = await towerJson<Key>("key", "create", "--name", source, "--source", source, "--scope", "events:*");
      const from = Math.floor(Date.now() / hourMs) * hourMs - hourMs, at = (minute: number): string => new Date(from + minute * 60_000).toISOString();
      // of other quantities than anybody else orders here: the same within a day is held as a duplicate
      const [came, lost] = [0, 1].map((minute) => ({ ...orderCaptured({ placed: at(minute), ...withLine({ method: "service", quantity: String(140 + minute) }) }, uniqueNumber("PSH")), time: at(minute) })) as [ReturnType<typeof orderCaptured>, ReturnType<typeof orderCaptured>];
      const total: CloudEvent = { specversion: "1.0", id: randomUUID(), source: "/push", type: "com.ledgerline.control_total.stated.v1", time: at(60), data: { kind: "orders", from: at(0), to: at(60), count: 2, sums: [{ currency: "USD", amount: "3512.50" }], documents: [came.data.number, lost.data.number] } };
      expect(results(await sends(secret, [came, total])).map(({ status }) => status)).toEqual(["accepted", "accepted"]);

      const ops = await as("ops"), row = ops.getByRole("table", { name: /^Control totals/ }).getByRole("row").filter({ hasText: source });
      await expect(async () => { await ops.goto("/completeness"); await expect(row).toContainText("Differs", { timeout: 4000 }); }).toPass({ timeout: TOLD_WITHIN });
      await expect(row.locator("time").last()).toBeVisible();
      await isAccessible(ops);
      await row.getByRole("link").click();
      const cause = ops.getByRole("region", { name: "Selected group" });
      await expect(cause.getByText("CMP-01", { exact: true }).first()).toBeVisible();
      await expect(cause.getByText(new RegExp(`not here: ${lost.data.number}`)).first()).toBeVisible();
      await expect(cause.getByRole("button", { name: /^Fetch now/ })).toHaveCount(0);
      const address = ops.url();

      expect(results(await sends(secret, lost)).map(({ status }) => status)).toEqual(["accepted"]);
      await expect(async () => { await ops.goto("/completeness"); await expect(row).toContainText("Agrees", { timeout: 4000 }); }).toPass({ timeout: TOLD_WITHIN });
      await expect(row).toContainText("ended");
      await ops.goto(address);
      await expect(cause.getByText("Resolved", { exact: true })).toBeVisible();
    });
  });
});
