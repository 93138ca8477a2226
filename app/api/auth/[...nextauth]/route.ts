import NextAuth from "next-auth";
import { authOptions } from "@/server/auth/options";
import { composition } from "@/server/composition";

async function handler(request: Request, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  const { directory } = await composition();
  const handle = NextAuth(authOptions(directory)) as (request: Request, context: unknown) => Promise<Response>;
  return handle(request, context);
}
export { handler as GET, handler as POST };
