import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { z } from "zod";
import { env } from "@/server/config/env";
import type { RoleGrant } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { logger } from "@/server/observability/logger";
import { signIn, type Outsider, type UserDirectory } from "./directory";

const credentials = z.object({ email: z.string().min(3).max(200), password: z.string().min(1).max(500) });
const oidcProfile = z.looseObject({ sub: z.string().min(1), email: z.string(), email_verified: z.union([z.boolean(), z.string()]).optional(), name: z.string().optional(), groups: z.array(z.string()).default([]) });

/** The person that a provider names. An address that it has not verified is anybody's claim, and is refused. */
export function outsiderOf(issuer: string, raw: unknown): Result<Outsider> {
  const parsed = oidcProfile.safeParse(raw);
  if (!parsed.success) return fail("PROFILE", `The provider's answer lacks ${parsed.error.issues[0]?.path.join(".") ?? "what is needed"}`);
  const { sub, email, email_verified: verified, name, groups } = parsed.data;
  if (verified !== true && verified !== "true") return fail("UNVERIFIED", "The provider has not verified this e-mail address");
  return ok({ subject: `${issuer}|${sub}`, email: email.trim().toLowerCase(), name: name ?? email, grants: grantsOfGroups(groups) });
}

/** `ledgerline:<entity>:<role>`, with `*` for every entity; rights to approve are given here, by an administrator, never by a group. */
export function grantsOfGroups(groups: readonly string[]): RoleGrant[] {
  return groups.flatMap((group): RoleGrant[] => {
    const match = /^ledgerline:(\*|[A-Z0-9]{2,12}):(viewer|ops|finance|admin)$/.exec(group);
    return match ? [{ role: match[2] as RoleGrant["role"], entity: match[1] as string, holdCodes: [], approveUpTo: null, currency: null }] : [];
  });
}

/** A token of before this was written down: it stands unless a password was set since. */
const neverSignedIn = new Date(0).toISOString();

/** Sessions are signed tokens that name the person and when they signed in; rights are read at each request. 12 hours, or until another password is set. */
export function authOptions(directory: UserDirectory): NextAuthOptions {
  const settings = env();
  return {
    secret: settings.NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: 12 * 3600 },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [
      CredentialsProvider({
        name: "Password",
        credentials: { email: {}, password: {} },
        async authorize(input) {
          const parsed = credentials.safeParse(input);
          if (!parsed.success) return null;
          const result = await signIn(directory, parsed.data.email, parsed.data.password, new Date().toISOString()).catch((error: unknown) => {
            logger.error({ error }, "a sign-in could not be checked");
            throw new Error("Unavailable"); // what is thrown here is told to whoever asks
          });
          return result.ok ? result.user : null;
        },
      }),
      ...(settings.OIDC_ISSUER && settings.OIDC_CLIENT_ID && settings.OIDC_CLIENT_SECRET
        ? [{
            id: "oidc", name: settings.OIDC_NAME, type: "oauth" as const, wellKnown: `${settings.OIDC_ISSUER}/.well-known/openid-configuration`, idToken: true,
            checks: ["pkce", "state", "nonce"] as ("pkce" | "state" | "nonce")[], clientId: settings.OIDC_CLIENT_ID, clientSecret: settings.OIDC_CLIENT_SECRET,
            authorization: { params: { scope: "openid email profile groups" } },
            async profile(raw: unknown) {
              const outsider = outsiderOf(settings.OIDC_ISSUER ?? "", raw);
              const person = outsider.ok ? await directory.fromSingleSignOn(outsider.value) : outsider;
              if (!person.ok) throw new Error(person.error.message);
              return person.value;
            },
          }]
        : []),
    ],
    callbacks: {
      jwt({ token, user }) { if (user) Object.assign(token, { sub: user.id, signedInAt: new Date().toISOString() }); return token; },
      session({ session, token }) { return { ...session, userId: token.sub, signedInAt: typeof token["signedInAt"] === "string" ? token["signedInAt"] : neverSignedIn }; },
    },
  };
}

/** The single sign-on that the sign-in page offers, or null. */
export function offeredProvider(): { id: string; name: string } | null {
  const settings = env();
  return settings.OIDC_ISSUER && settings.OIDC_CLIENT_ID && settings.OIDC_CLIENT_SECRET ? { id: "oidc", name: settings.OIDC_NAME } : null;
}
