import { getToken } from "next-auth/jwt";
import { NextResponse, type NextRequest } from "next/server";
import { problem } from "./server/api/public/problem";

const isEncoded = (path: string): boolean => { try { decodeURIComponent(path); return true; } catch { return false; } };

/** Sends people without a session to the sign-in page, and addresses that no door could read back as a problem. Rights are checked where data is read, not here. */
export async function proxy(request: NextRequest): Promise<Response> {
  if (request.nextUrl.pathname.startsWith("/api/"))
    return isEncoded(request.nextUrl.pathname) ? NextResponse.next() : problem(400, { code: "ENCODING", message: "This address is not percent-encoded UTF-8" });
  if (await getToken({ req: request })) return NextResponse.next();
  const target = new URL("/sign-in", request.url);
  target.searchParams.set("callbackUrl", request.nextUrl.pathname + request.nextUrl.search);
  return NextResponse.redirect(target);
}

export const config = { matcher: ["/api/(.*%.*)", "/((?!api/|metrics|sign-in|_next/|icon.svg|favicon.ico).*)"] };
