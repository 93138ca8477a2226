import { getToken } from "next-auth/jwt";
import { NextResponse, type NextRequest } from "next/server";
import { problem } from "./server/api/public/problem";
import { unkeepablePlace } from "./server/domain/text";

/** Null: not percent-encoded UTF-8. */
const decoded = (path: string): string | null => { try { return decodeURIComponent(path); } catch { return null; } };
/** No page is here, so that the answer is 404 with the page that says so. */
const nowhere = "/nothing-is-here";

/**
 * Sends people without a session to the sign-in page, addresses that no door could read back as a problem, and those that hold
 * what no document can be called (U+0000) to the page that says that there is nothing. Rights are checked where data is read, not here.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  const path = decoded(request.nextUrl.pathname);
  if (request.nextUrl.pathname.startsWith("/api/"))
    return path === null ? problem(400, { code: "ENCODING", message: "This address is not percent-encoded UTF-8" }) : NextResponse.next();
  if (unkeepablePlace([path ?? "", ...request.nextUrl.searchParams].flat()) !== null) return NextResponse.rewrite(new URL(nowhere, request.url));
  if (await getToken({ req: request })) return NextResponse.next();
  const target = new URL("/sign-in", request.url);
  target.searchParams.set("callbackUrl", request.nextUrl.pathname + request.nextUrl.search);
  return NextResponse.redirect(target);
}

export const config = { matcher: ["/api/(.*%.*)", "/((?!api/|metrics|sign-in|_next/|icon.svg|favicon.ico).*)"] };
