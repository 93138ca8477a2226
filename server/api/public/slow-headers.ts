import { STATUS_CODES, type Server } from "node:http";
import { tooSlow } from "../admission";
import { problem } from "./problem";

/**
 * Ends a connection on which the headers of a request do not come to their end within `ms` (looked at each half minute, as Node
 * does by itself), with the problem that the doors tell who is too slow. What else cannot be read as a request is 400. Where an
 * answer is under way nothing is written into it.
 */
export function answerSlowHeaders(server: Server, ms: number): void {
  server.headersTimeout = ms;
  const answering = new WeakSet<object>();
  server.on("request", ({ socket }, response) => { answering.add(socket); response.once("close", () => { answering.delete(socket); }); });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || answering.has(socket)) { socket.destroy(); return; }
    const failure = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? tooSlow : error.code === "HPE_HEADER_OVERFLOW" ? { status: 431, code: "HEADERS", message: "The headers are larger than are read here" } : { status: 400, code: "NOT_HTTP", message: "This is not a request of HTTP" };
    const answer = problem(failure.status, failure);
    void answer.text().then((body) => { socket.end(`HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}\r\n${head({ "content-type": answer.headers.get("content-type") ?? "", "content-length": String(Buffer.byteLength(body)), connection: "close" })}\r\n${body}`); });
  });
}

const head = (headers: Record<string, string>): string => Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
