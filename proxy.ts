import { getToken } from "next-auth/jwt";
import { NextResponse, type NextRequest } from "next/server";

/** Sends people without a session to the sign-in page. Rights are checked where data is read, not here. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  if (await getToken({ req: request })) return NextResponse.next();
  const target = new URL("/sign-in", request.url);
  target.searchParams.set("callbackUrl", request.nextUrl.pathname + request.nextUrl.search);
  return NextResponse.redirect(target);
}

export const config = { matcher: ["/((?!api/|metrics|sign-in|_next/|icon.svg|favicon.ico).*)"] };
