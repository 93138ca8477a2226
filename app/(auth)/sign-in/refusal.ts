const refused = "E-mail or password is not right, or the account is locked. After ten wrong tries it is locked for 15 minutes.";
const unchecked = "The server could not check it just now. Your password was not looked at; try again.";

/** What next-auth says of a password that was checked and refused; everything else is the server's own trouble. */
const wrongPassword = "CredentialsSignin";

/** The sentence for what came back from a sign-in; null where it went well. Never says which of the two was wrong. */
export function refusal(answer: { ok: boolean; status: number; error?: string | null | undefined } | undefined): string | null {
  if (answer?.ok === true && !answer.error) return null;
  return answer?.error === wrongPassword && answer.status < 500 ? refused : unchecked;
}
const noRight = "You were signed in there, but nothing here is yours: no group of yours gives a right, or your account here was closed. Ask an administrator.";

/** The person came back from a sign-in elsewhere that failed, or that opens nothing here. */
export const refusedElsewhere = (error: string | undefined): string | null => (error === undefined ? null : error === "AccessDenied" ? noRight : refused);
