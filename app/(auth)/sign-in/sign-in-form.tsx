"use client";
import { signIn } from "next-auth/react";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";

export interface SignInFormProps {
  returnTo: string;
  /** Sign-in through the company, when one is configured: provider id and its name. */
  oidc: { id: string; name: string } | null;
  /** The person came back from a sign-in that failed. */
  failed: boolean;
}

const REFUSED = "E-mail or password is not right, or the account is locked. After several tries wait a minute.";
const UNREACHABLE = "The server did not answer. Your password was not checked; try again.";

/** Never says which of the two was wrong. The password leaves this form only in the request and is cleared when refused. */
export function SignInForm({ returnTo, oidc, failed }: SignInFormProps) {
  const [problem, setProblem] = useState<string | null>(failed ? REFUSED : null);
  const [password, setPassword] = useState("");
  const [pending, start] = useTransition();
  const submit = (email: string) => {
    setProblem(null);
    start(async () => {
      try {
        const answer = await signIn("credentials", { email, password, redirect: false, callbackUrl: returnTo });
        if (answer?.ok === true && !answer.error) {
          window.location.assign(returnTo);
          return;
        }
        setPassword("");
        setProblem(answer !== undefined && answer.status >= 500 ? UNREACHABLE : REFUSED);
      } catch {
        setProblem(UNREACHABLE);
      }
    });
  };
  return (
    <form
      className="grid gap-4" method="post"
      onSubmit={(event) => {
        event.preventDefault();
        const email = new FormData(event.currentTarget).get("email");
        if (!pending && typeof email === "string") submit(email.trim());
      }}
    >
      <Field label="E-mail"><Input name="email" type="email" autoComplete="username" required autoFocus spellCheck={false} /></Field>
      <Field label="Password">
        <Input name="password" type="password" autoComplete="current-password" required value={password} onChange={(event) => { setPassword(event.target.value); }} />
      </Field>
      <p className="hp e m-0" role="alert">{problem !== null && <><Icon name="circle-alert" small /> {problem}</>}</p>
      <Button type="submit" variant="primary" size="wide" pending={pending}>{pending ? "Signing in" : "Sign in"}</Button>
      {oidc !== null && <Button size="wide" icon="key" onClick={() => { void signIn(oidc.id, { callbackUrl: returnTo }); }}>Sign in with {oidc.name}</Button>}
    </form>
  );
}
