import { createServer } from "node:http";
import NextAuth, { type NextAuthOptions } from "next-auth";

/** next-auth's own handler behind a server, without the pages around it. */
export async function serveSignIn(port: number, options: () => NextAuthOptions): Promise<() => Promise<void>> {
  const base = `http://127.0.0.1:${port}`;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "", base);
      const query = { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.replace("/api/auth/", "").split("/") };
      const cookies = Object.fromEntries((request.headers.cookie ?? "").split("; ").filter((pair) => pair !== "").map((pair) => { const at = pair.indexOf("="); return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))]; }));
      const asked = Object.assign(request, { query, cookies, body: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())) });
      const answered = Object.assign(response, {
        status: (code: number) => { response.statusCode = code; return response; },
        send: (body: unknown) => { response.end(typeof body === "string" ? body : JSON.stringify(body)); },
        json: (body: unknown) => { response.setHeader("content-type", "application/json"); response.end(JSON.stringify(body)); },
      });
      (NextAuth(asked as never, answered as never, options()) as unknown as Promise<void>).catch(() => { response.statusCode = 500; response.end(); });
    });
  });
  await new Promise<void>((resolve) => { server.listen(port, "127.0.0.1", resolve); });
  return () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => { resolve(); }); });
}

/** A browser in as much as a sign-in needs one: cookies by host, redirects by hand, the provider's two forms. */
export class Browser {
  private jar = new Map<string, string>();

  /** Another browser with the same cookies at this moment. */
  copy(): Browser { const other = new Browser(); other.jar = new Map(this.jar); return other; }

  async go(url: string, options: RequestInit = {}): Promise<Response> {
    const { port } = new URL(url);
    const cookie = [...this.jar].filter(([name]) => name.startsWith(`${port} `)).map(([name, value]) => `${name.slice(port.length + 1)}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", ...options, headers: { ...(options.headers as Record<string, string> | undefined), cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ""] = set.split(";"), at = pair.indexOf("=");
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(set)) this.jar.delete(`${port} ${pair.slice(0, at)}`); else this.jar.set(`${port} ${pair.slice(0, at)}`, pair.slice(at + 1));
    }
    return answer;
  }

  /** Signs in at the provider as `login`; answers the address of the callback, not yet called. */
  async toCallback(base: string, login: string): Promise<string> {
    const { csrfToken } = await (await this.go(`${base}/api/auth/csrf`)).json() as { csrfToken: string };
    const form = (fields: Record<string, string>): RequestInit => ({ method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(fields).toString() });
    let answer = await this.go(`${base}/api/auth/signin/oidc`, form({ csrfToken, callbackUrl: base }));
    for (let at = answer.headers.get("location") ?? "", from = base, step = 0; step < 15; step += 1) {
      const url = new URL(at, from).href;
      if (url.startsWith(`${base}/api/auth/callback/`)) return url;
      if (url.startsWith(base)) throw new Error(`turned away to ${url}`);
      answer = await this.go(url);
      from = url;
      if (answer.status < 300 || answer.status >= 400) {
        const page = await answer.text(), action = /action="([^"]+)"/.exec(page)?.[1] ?? "", prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1] ?? "";
        answer = await this.go(new URL(action, url).href, form({ prompt, login, password: "x" }));
      }
      at = answer.headers.get("location") ?? "";
    }
    throw new Error("the provider led nowhere");
  }

  /** The whole way; answers where it ended, and the person of the session. */
  async signIn(base: string, login: string): Promise<{ to: string; userId: string | null }> {
    const answer = await this.go(await this.toCallback(base, login));
    return { to: answer.headers.get("location") ?? "", userId: await this.session(base) };
  }

  async session(base: string): Promise<string | null> {
    const session = await (await this.go(`${base}/api/auth/session`)).json() as { userId?: string };
    return session.userId ?? null;
  }
}
