import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "../given/somebody";
import { runFile } from "../tower";

/** What the web answers to bytes that stop in the middle, until it ends the connection. */
async function says(bytes: string): Promise<string> {
  const { hostname, port } = new URL(runFile().web), socket = connect(Number(port), hostname);
  let heard = "";
  socket.on("data", (chunk: Buffer) => { heard += chunk.toString(); });
  socket.write(bytes);
  await once(socket, "close");
  return heard;
}

test.describe("FEATURE: a sender who dawdles holds nothing", () => {
  test.describe("RULE: what has not come in its time is answered 408 as a problem, and the connection ends", () => {
    test("EXAMPLE: a body, and headers, that stop in the middle", async () => {
      test.setTimeout(180_000);
      const answers = await Promise.all([
        says("POST /api/webhooks/shop HTTP/1.1\r\nhost: tower\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"),
        says("POST /api/webhooks/shop HTTP/1.1\r\nhost: tower\r\n"),
      ]);
      for (const answer of answers) {
        expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
        expect(answer).toMatch(/\r\ncontent-type: application\/problem\+json\r\n/i);
        expect(answer).toContain('"code":"TOO_SLOW"');
      }
    });
  });
});
