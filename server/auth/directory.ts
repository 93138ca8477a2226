import { setTimeout as sleep } from "node:timers/promises";
import type { RoleGrant } from "@/server/domain/rights";
import type { Result } from "@/server/domain/result";
import { absentUserHash, hashPassword, verifyPassword } from "./password";

export interface SignedIn { id: string; name: string; email: string }
/** Who comes by single sign-on: `subject` is the provider's own name for the person and never changes; the address is verified. */
export interface Outsider { subject: string; email: string; name: string; grants: RoleGrant[] }

/** What sign-in needs of the store. */
export interface UserDirectory {
  byEmail(email: string): Promise<{ id: string; name: string; email: string; active: boolean; passwordHash: string | null; failedSignIns: number; lockedUntil: string | null } | null>;
  signedIn(id: string): Promise<void>;
  /** Counts a failure of an address, known or not by the same statement; after 10 in a row an account is locked for 15 minutes. */
  signInFailed(email: string): Promise<void>;
  /** Makes or updates the person of this subject; roles follow the groups, what an administrator gave stays. Refused where the person has left, or the address belongs to another subject. */
  fromSingleSignOn(outsider: Outsider): Promise<Result<SignedIn>>;
}

export type SignIn = { ok: true; user: SignedIn } | { ok: false };

/** No refusal comes earlier than this: longer than any of the ways to one, so that its time tells nothing. */
const refusalMs = 600;

/**
 * The answer does not tell, by word or by time, whether the address or the password was wrong or the account is locked: each
 * refusal does the same work and is given after the same time.
 */
export async function signIn(directory: UserDirectory, email: string, password: string, now: string, pause: (ms: number) => Promise<unknown> = sleep): Promise<SignIn> {
  const floor = pause(refusalMs);
  const address = email.trim().toLowerCase();
  const user = await directory.byEmail(address);
  const fits = await verifyPassword(password, user?.passwordHash ?? absentUserHash);
  const isLocked = user?.lockedUntil != null && user.lockedUntil > now;
  if (user?.active !== true || !fits || isLocked) {
    await directory.signInFailed(address);
    await floor;
    return { ok: false };
  }
  await directory.signedIn(user.id);
  return { ok: true, user: { id: user.id, name: user.name, email: user.email } };
}

export { hashPassword };
