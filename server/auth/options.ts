import type { NextAuthOptions, Profile } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { z } from "zod";
import { env, type Env } from "@/server/config/env";
import type { RoleGrant } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { logger } from "@/server/observability/logger";
import { signIn, type Outsider, type UserDirectory } from "./directory";

const credentials = z.object({ email: z.string().min(3).max(200), password: z.string().min(1).max(500) });
const oidcProfile = z.looseObject({ sub: z.string().min(1), email: z.string(), email_verified: z.union([z.boolean(), z.string()]).optional(), name: z.string().optional(), groups: z.array(z.string()).default([]) });

/** What the configuration says of groups. */
export type GroupRules = Pick<Env, "OIDC_GROUPS" | "OIDC_WITHOUT_GROUP">;
const ownNamesOnly: GroupRules = { OIDC_GROUPS: [], OIDC_WITHOUT_GROUP: "none" };

/** The person that a provider names. An address that it has not verified is anybody's claim, and is refused. */
export function outsiderOf(issuer: string, raw: unknown, rules: GroupRules = ownNamesOnly): Result<Outsider> {
  const parsed = oidcProfile.safeParse(raw);
  if (!parsed.success) return fail("PROFILE", `The provider's answer lacks ${parsed.error.issues[0]?.path.join(".") ?? "what is needed"}`);
  const { sub, email, email_verified: verified, name, groups } = parsed.data;
  if (verified !== true && verified !== "true") return fail("UNVERIFIED", "The provider has not verified this e-mail address");
  const grants = grantsOfGroups(groups, rules.OIDC_GROUPS);
  if (grants.length === 0 && rules.OIDC_WITHOUT_GROUP === "refuse") return fail("NO_GROUP", "None of this person's groups gives a right here");
  if (grants.length === 0 && rules.OIDC_WITHOUT_GROUP === "viewer") grants.push(grantOf("*", "viewer"));
  return ok({ subject: `${issuer}|${sub}`, email: email.trim().toLowerCase(), name: name ?? email, grants });
}

const grantOf = (entity: string, role: RoleGrant["role"]): RoleGrant => ({ role, entity, holdCodes: [], approveUpTo: null, currency: null });

/**
 * `ledgerline:<entity>:<role>`, with `*` for every entity, or the provider's own name as the configuration maps it; rights to
 * approve are given here, by an administrator, never by a group. Two groups that give the same give it once.
 */
export function grantsOfGroups(groups: readonly string[], mapped: GroupRules["OIDC_GROUPS"] = []): RoleGrant[] {
  const grants = groups.flatMap((group): RoleGrant[] => {
    const match = /^ledgerline:(\*|[A-Z0-9]{2,12}):(viewer|ops|finance|admin)$/.exec(group);
    return [...(match ? [grantOf(match[1] as string, match[2] as RoleGrant["role"])] : []), ...mapped.filter((one) => one.group === group).map(({ entity, role }) => grantOf(entity, role))];
  });
  return [...new Map(grants.map((grant) => [`${grant.entity}:${grant.role}`, grant])).values()];
}

/** What next-auth holds after the code was exchanged; its own types leave out what its client can do. */
interface Answered { client: unknown; tokens: unknown }
interface ProviderClient { issuer: { metadata: { userinfo_endpoint?: string } }; userinfo(tokens: SignedTokens): Promise<Profile> }
interface SignedTokens { claims(): Profile }

/** The signed token's claims with those of the userinfo door, where there is one; its `sub` must be the token's. */
async function whatIsSaid(given: unknown, answered: unknown): Promise<Profile> {
  const client = given as ProviderClient, tokens = answered as SignedTokens;
  return client.issuer.metadata.userinfo_endpoint === undefined ? tokens.claims() : { ...tokens.claims(), ...(await client.userinfo(tokens)) };
}

/** Nobody's: who is refused is told so; an error at that place would lead back to the sign-in without a word, and their profile into the log. */
const refusedId = "refused";

/** A token of before this was written down: it stands unless a password was set since. */
const neverSignedIn = new Date(0).toISOString();

export type SignInSettings = Pick<Env, "NEXTAUTH_SECRET" | "OIDC_ISSUER" | "OIDC_CLIENT_ID" | "OIDC_CLIENT_SECRET" | "OIDC_NAME"> & GroupRules;

/** Sessions are signed tokens that name the person and when they signed in; rights are read at each request. 12 hours, or until another password is set. */
export function authOptions(directory: UserDirectory, settings: SignInSettings = env()): NextAuthOptions {
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
            // a provider that keeps to the standard tells address and groups at this door, and in the signed token only who it is
            userinfo: { request: ({ client, tokens }: Answered) => whatIsSaid(client, tokens) },
            async profile(raw: unknown) {
              const outsider = outsiderOf(settings.OIDC_ISSUER ?? "", raw, settings);
              const person = outsider.ok ? await directory.fromSingleSignOn(outsider.value) : outsider;
              if (person.ok) return person.value;
              logger.info({ code: person.error.code, why: person.error.message }, "a single sign-on was refused");
              return { id: refusedId };
            },
          }]
        : []),
    ],
    callbacks: {
      signIn: ({ user }) => user.id !== refusedId,
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
