"use client";
import { signIn } from "next-auth/react";
import { useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { useReady } from "@/components/ui/use-ready";
import { refusal, refusedElsewhere } from "./refusal";

export interface SignInFormProps {
  returnTo: string;
  /** Sign-in through the company, when one is configured: provider id and its name. */
  oidc: { id: string; name: string } | null;
  /** What next-auth said of a sign-in elsewhere that failed. */
  error: string | undefined;
}

/** Never says which of the two was wrong. The password leaves this form only in the request and is cleared when refused. */
export function SignInForm({ returnTo, oidc, error }: SignInFormProps) {
  const [problem, setProblem] = useState<string | null>(refusedElsewhere(error));
  const password = useRef<HTMLInputElement>(null);
  const ready = useReady();
  const [pending, start] = useTransition();
  const submit = (email: string, secret: string) => {
    setProblem(null);
    start(async () => {
      try {
        const answer = await signIn("credentials", { email, password: secret, redirect: false, callbackUrl: returnTo });
        const said = refusal(answer);
        if (said === null) {
          window.location.assign(returnTo);
          return;
        }
        if (password.current) password.current.value = "";
        setProblem(said);
      } catch {
        setProblem(refusal(undefined));
      }
    });
  };
  return (
    <form
      className="grid gap-4" method="post"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget), email = form.get("email"), secret = form.get("password");
        if (!pending && typeof email === "string" && typeof secret === "string") submit(email.trim(), secret);
      }}
    >
      <Field label="E-mail"><Input name="email" type="email" autoComplete="username" required autoFocus spellCheck={false} /></Field>
      <Field label="Password">
        <Input name="password" type="password" autoComplete="current-password" required ref={password} />
      </Field>
      <p className="hp e m-0" role="alert">{problem !== null && <><Icon name="circle-alert" small /> {problem}</>}</p>
      <button type="submit" className="btn pri wide" disabled={!ready} aria-disabled={pending || undefined} aria-busy={pending || undefined}>{pending && <Icon name="loader" className="spin" />}{pending ? "Signing in" : "Sign in"}</button>
      {oidc !== null && <Button size="wide" icon="key" onClick={() => { void signIn(oidc.id, { callbackUrl: returnTo }); }}>Sign in with {oidc.name}</Button>}
    </form>
  );
}
