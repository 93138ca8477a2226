import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** What becomes of one request whose text matches: its answer is thrown away after the server gave it, or it never arrives. */
export interface Cut { when: RegExp; lose: "answer" | "request" }
export interface CuttingProxy {
  url: string;
  /** Strikes the next `times` requests that match, then lets all through again. */
  cut(cut: Cut, times?: number): void;
  /** How many were struck. */
  struck(): number;
  close(): Promise<void>;
}

/** Stands before a real server on loopback and breaks connections where it is told to: a client's worst network. */
export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const to = new URL(target), sockets = new Set<Socket>();
  let armed: { cut: Cut; left: number } | null = null, struck = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(to.port), to.hostname);
    for (const socket of [client, upstream]) { sockets.add(socket); socket.on("close", () => sockets.delete(socket)).on("error", () => { client.destroy(); upstream.destroy(); }); }
    let doomed = false;
    client.on("data", (chunk: Buffer) => {
      if (armed !== null && armed.left > 0 && armed.cut.when.test(chunk.toString("latin1"))) {
        armed.left -= 1;
        struck += 1;
        if (armed.cut.lose === "request") { client.destroy(); upstream.destroy(); return; }
        doomed = true;
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => { if (doomed) { client.destroy(); upstream.destroy(); } else client.write(chunk); });
    client.on("end", () => upstream.end());
    upstream.on("end", () => client.end());
  });
  await new Promise<void>((done) => { server.listen(0, "127.0.0.1", done); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${to.pathname.replace(/\/$/, "")}`,
    cut: (cut, times = 1) => { armed = { cut, left: times }; },
    struck: () => struck,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => { server.close(done); });
    },
  };
}
