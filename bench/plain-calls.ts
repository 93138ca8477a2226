import { orderEvent } from "./setting";
import type { Bench } from "./bench";
import type { Measured } from "./figures";
import type { Stub } from "./processes";

/** As many at once as the worker's connectors may have. */
const atOnce = 64;
/** The order of a chain's calls, and how large their bodies are (bytes of the real ones, rounded). */
export const chain = [["tax", "estimate_tax", 600], ["wms", "request_allocation", 150], ["wms", "release_to_warehouse", 500], ["tax", "determine_tax", 650], ["erp", "post_invoice", 1_300], ["erp", "read_post_invoice", 0], ["tax", "commit_tax", 150]] as const;

const text = JSON.stringify(orderEvent("SO-0", 0)).repeat(3);

/** One call of a chain by plain `fetch`; its answer is read. */
export async function callStub({ urls }: Pick<Stub, "urls">, subject: string, step: number): Promise<void> {
  const [system, kind, size] = chain[step] ?? chain[0];
  const headers = { "content-type": "application/json", "idempotency-key": `${kind}|${subject}`, "x-subject": subject };
  const response = await fetch(`${urls[system]}/${kind}`, size === 0 ? { headers } : { method: "POST", headers, body: JSON.stringify({ filler: text.slice(0, size) }) });
  await response.json();
}

/** The limit: the calls of a chain one after the other by plain `fetch` against the same stub, many chains at once; nothing is kept. */
export async function measurePlainCalls({ stub, options }: Bench, callsPerChain: number): Promise<Measured> {
  const chains = options.quick ? 200 : 3_000;
  let next = 0, calls = 0;
  const lane = async (): Promise<void> => {
    while (next < chains) {
      const subject = `plain:${next++}`;
      for (let step = 0; step < chain.length; step += 1) { await callStub(stub, subject, step); calls += 1; }
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, lane));
  const perSecond = calls / ((performance.now() - began) / 1000);
  return { plainCallsPerSecond: perSecond, plainChainsPerSecond: perSecond / callsPerChain };
}
