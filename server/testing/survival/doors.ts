import { createServer } from "node:http";
import { postEvents } from "@/server/api/public/events";
import { getOrder } from "@/server/api/public/orders";
import { postWebhook } from "@/server/api/public/webhooks";
import { composition } from "@/server/composition";

/** Doors of the web process without its screens, on the port given as the first argument: `POST /<connector>` for webhooks (also at their path of the public API), and the events and orders of the public API at their own paths. */
const { services } = await composition();
createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] => (typeof value === "string" ? [[name, value]] : []));
    const url = request.url ?? "/", body = Buffer.concat(chunks), order = /^\/api\/v1\/orders\/(.+)$/.exec(url)?.[1];
    const asked = new Request(`http://127.0.0.1${url}`, { method: request.method ?? "GET", headers, ...(body.length > 0 ? { body } : {}) });
    const answered = order !== undefined ? getOrder(services, asked, decodeURIComponent(order)) : url === "/api/v1/events" ? postEvents(services, asked) : postWebhook(services, url.replace(/^\/(api\/webhooks\/)?/, ""), asked);
    answered.then(async (answer) => { response.writeHead(answer.status).end(await answer.text()); }, () => { response.writeHead(500).end(); });
  });
}).listen(Number(process.argv[2]), "127.0.0.1", () => process.send?.({ type: "ready" }));
