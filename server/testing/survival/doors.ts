import { createServer } from "node:http";
import { postWebhook } from "@/server/api/public/webhooks";
import { composition } from "@/server/composition";

/** The webhook door of the web process without its screens: `POST /<connector>` on the port given as the first argument. */
const { services } = await composition();
createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] => (typeof value === "string" ? [[name, value]] : []));
    const asked = new Request(`http://127.0.0.1${request.url ?? "/"}`, { method: "POST", headers, body: Buffer.concat(chunks) });
    postWebhook(services, (request.url ?? "/").slice(1), asked).then(async (answer) => { response.writeHead(answer.status).end(await answer.text()); }, () => { response.writeHead(500).end(); });
  });
}).listen(Number(process.argv[2]), "127.0.0.1", () => process.send?.({ type: "ready" }));
