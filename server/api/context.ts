import { cookies } from "next/headers";
import { getServerSession, type NextAuthOptions } from "next-auth";
import { authOptions } from "@/server/auth/options";
import { composition } from "@/server/composition";
import type { Context } from "./trpc";

/** The signed-in person with the rights of this moment, or null. */
export async function createContext(): Promise<Context> {
  const { services, directory } = await composition();
  const session = await getServerSession<NextAuthOptions, { userId?: string; signedInAt?: string }>(authOptions(directory));
  const person = session?.userId ? await services.personOf(session.userId, session.signedInAt) : null;
  return { services, person, chosenEntity: (await cookies()).get("tower-entity")?.value ?? null };
}
