import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ScenarioName, ScriptLine } from "../../server/landscape/generator/story";
import { root, stateDir, system, toolEnv } from "../tower";

export interface PlacedOrder { number: string; purchaseOrder: string; customer: string; items: string[]; script: ScriptLine }
interface ShopOrder { number: string; purchase_order_number: string; lines: { item_number: string }[] }

function scriptLines(): ScriptLine[] {
  const file = path.join(stateDir, "landscape/script.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as ScriptLine) : [];
}

const generate = (args: string[]): Promise<void> =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, ["--import", "./scripts/lib/typescript.mjs", "server/landscape/generate.ts", ...args], { cwd: root, env: toolEnv, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => { said += chunk.toString(); });
    child.on("error", failed);
    child.on("exit", (code) => { if (code === 0) done(); else failed(new Error(`the generator ended with ${code}: ${said.slice(0, 800)}`)); });
  });

export async function orderInTheShop(number: string): Promise<ShopOrder> {
  const { url, credentials } = system("shop");
  const answer = await fetch(`${url}/api/v2/orders?number=${number}`, { headers: { authorization: `Bearer ${credentials.apiKey ?? ""}` } });
  const [order] = ((await answer.json()) as { data: ShopOrder[] }).data;
  if (!order) throw new Error(`the shop does not know ${number}`);
  return order;
}

/** Customers place orders in the shop; warehouse, carrier and payer then do what the story says. Attended ones wait for a person. */
export async function ordersPlaced(story: ScenarioName, { count = 1, attended = false, seed = "1" } = {}): Promise<PlacedOrder[]> {
  const before = scriptLines().length;
  await generate(["--orders", String(count), "--only", story, "--seed", `${story}-${seed}`, ...(attended ? ["--attended"] : [])]);
  return Promise.all(scriptLines().slice(before).map(async (script) => {
    const order = await orderInTheShop(script.orderNumber);
    return { number: script.orderNumber, purchaseOrder: order.purchase_order_number, customer: script.customerName, items: order.lines.map((line) => line.item_number), script };
  }));
}

export async function orderPlaced(story: ScenarioName, options: { attended?: boolean; seed?: string } = {}): Promise<PlacedOrder> {
  const [order] = await ordersPlaced(story, options);
  if (!order) throw new Error(`the generator placed no ${story} order`);
  return order;
}
