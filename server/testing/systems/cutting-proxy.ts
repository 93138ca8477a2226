import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** What becomes of one request whose text matches: its answer is thrown away after the server gave it, ends in its middle, or the request never arrives. */
export interface Cut { when: RegExp; lose: "answer" | "half" | "request" }
/** What the way to the server is like: answers are held back until it is open again; or nobody is there at all. */
export type Way = "open" | "stalled" | "away";
export interface CuttingProxy {
  url: string;
  /** Strikes the next `times` requests that match, then lets all through again. */
  cut(cut: Cut, times?: number): void;
  /** How many were struck. */
  struck(): number;
  make(way: Way): void;
  close(): Promise<void>;
}

/** Stands before a real server on loopback and breaks connections where it is told to: a client's worst network. */
export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const to = new URL(target), sockets = new Set<Socket>();
  const cuts: { cut: Cut; left: number }[] = [];
  let struck = 0, way: Way = "open", held: (() => void)[] = [];
  const server = createServer((client) => {
    if (way === "away") { client.resetAndDestroy(); return; }
    const upstream = connect(Number(to.port), to.hostname);
    for (const socket of [client, upstream]) { sockets.add(socket); socket.on("close", () => sockets.delete(socket)).on("error", () => { client.destroy(); upstream.destroy(); }); }
    let doomed: Cut["lose"] | null = null;
    client.on("data", (chunk: Buffer) => {
      const armed = cuts.find(({ cut, left }) => left > 0 && cut.when.test(chunk.toString("latin1")));
      if (armed) {
        armed.left -= 1;
        struck += 1;
        if (armed.cut.lose === "request") { client.destroy(); upstream.destroy(); return; }
        doomed = armed.cut.lose;
      }
      upstream.write(chunk);
    });
    const answer = (chunk: Buffer): void => {
      if (doomed === null) { client.write(chunk); return; }
      if (doomed === "half") client.end(chunk.subarray(0, chunk.length >> 1)); else client.destroy();
      upstream.destroy();
    };
    upstream.on("data", (chunk: Buffer) => { if (way === "stalled") held.push(() => { answer(chunk); }); else answer(chunk); });
    client.on("end", () => upstream.end());
    // who is stalled does not hear either that the server has said all and hung up
    upstream.on("end", () => { if (way === "stalled") held.push(() => client.end()); else client.end(); });
  });
  await new Promise<void>((done) => { server.listen(0, "127.0.0.1", done); });
  const cutAll = (): void => { for (const socket of sockets) socket.destroy(); };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${to.pathname.replace(/\/$/, "")}`,
    cut: (cut, times = 1) => { cuts.push({ cut, left: times }); },
    struck: () => struck,
    make: (next) => {
      way = next;
      if (next === "away") cutAll();
      const waiting = held;
      held = [];
      if (next === "open") for (const goOn of waiting) goOn();
    },
    close: async () => {
      cutAll();
      await new Promise((done) => { server.close(done); });
    },
  };
}
