import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { postWebhook } from "@/server/api/public/webhooks";
import { integrationsOf, type Setup } from "@/server/integrations/contract/testing/conformance";

export interface StoredMessage { id: string; body: Uint8Array }

/** The tower's own door for webhooks over a store in memory. `away` breaks the connection; `deaf` stores and then loses the answer. */
export class WebhookDoor {
  mode: "open" | "away" | "deaf" = "open";
  readonly stored: StoredMessage[] = [];
  tries = 0; repeats = 0;
  private server: Server | null = null;
  async start(setup: Setup): Promise<string> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => { void this.answer(setup, new Request("http://tower.test/", { method: "POST", headers: request.headers as Record<string, string>, body: Buffer.concat(chunks) })).then(async (answer) => {
        if (this.mode === "open") response.writeHead(answer?.status ?? 500).end(await answer?.text());
        else request.socket.destroy();
      }); });
    });
    await new Promise<void>((done) => { this.server?.listen(0, "127.0.0.1", done); });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  private async answer(setup: Setup, request: Request): Promise<Response | null> {
    this.tries += 1;
    if (this.mode === "away") return null;
    const integrations = integrationsOf(setup, "http://127.0.0.1:9", { value: new Date().toISOString() });
    return postWebhook({
      verifyWebhook: (_: string, headers: Record<string, string>, body: Uint8Array) => integrations.verifyWebhook("under-test", headers, body),
      receive: ([message]: { sourceMessageId: string; body: Uint8Array }[]) => {
        const { sourceMessageId: id, body } = message as { sourceMessageId: string; body: Uint8Array }, known = this.stored.find((one) => one.id === id);
        if (known) { this.repeats += 1; expect(Buffer.from(known.body).equals(Buffer.from(body))).toBe(true); } else this.stored.push({ id, body });
        return Promise.resolve([{ verdict: known ? "repeat" : "accepted", id: "1" }]);
      },
    } as never, "under-test", request);
  }
  close(): void { this.server?.closeAllConnections(); this.server?.close(); }
}
