import type { RoleGrant } from "@/server/domain/rights";
import { absentUserHash, hashPassword, verifyPassword } from "./password";

/** What sign-in needs of the store. */
export interface UserDirectory {
  byEmail(email: string): Promise<{ id: string; name: string; email: string; active: boolean; passwordHash: string | null; failedSignIns: number; lockedUntil: string | null } | null>;
  signedIn(id: string): Promise<void>;
  /** Counts a failure; after 10 in a row the account is locked for 15 minutes. */
  signInFailed(id: string): Promise<void>;
  /** Makes or updates a person who comes by single sign-on; grants come from group names, never from the address. */
  fromSingleSignOn(input: { email: string; name: string; grants: RoleGrant[] }): Promise<{ id: string; name: string; email: string }>;
}

export type SignIn = { ok: true; user: { id: string; name: string; email: string } } | { ok: false; reason: "refused" | "locked" };

/** The answer does not tell, by word or by time, whether the address or the password was wrong. */
export async function signIn(directory: UserDirectory, email: string, password: string, now: string): Promise<SignIn> {
  const user = await directory.byEmail(email.trim().toLowerCase());
  const fits = await verifyPassword(password, user?.passwordHash ?? absentUserHash);
  if (!user || !user.active) return { ok: false, reason: "refused" };
  if (user.lockedUntil !== null && user.lockedUntil > now) return { ok: false, reason: "locked" };
  if (!fits) { await directory.signInFailed(user.id); return { ok: false, reason: "refused" }; }
  await directory.signedIn(user.id);
  return { ok: true, user: { id: user.id, name: user.name, email: user.email } };
}

export { hashPassword };
