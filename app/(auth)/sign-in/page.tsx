import type { Metadata } from "next";
import { Mark } from "@/components/shell/mark";
import { returnPath } from "./return-path";
import { SignInForm, type SignInFormProps } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

/** To be wired to the configuration: which OIDC provider is offered, if any. */
const oidc: SignInFormProps["oidc"] = null;

interface SignInPageProps { searchParams: Promise<{ callbackUrl?: string | string[]; error?: string | string[] }> }

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { callbackUrl, error } = await searchParams;
  return (
    <main className="alone">
      <div>
        <Mark />
        <div className="sheet grid gap-4">
          <h1 className="tt">Sign in</h1>
          <SignInForm returnTo={returnPath(typeof callbackUrl === "string" ? callbackUrl : undefined)} oidc={oidc} failed={error !== undefined} />
        </div>
        <p className="sm m3 pt-3">The first administrator is made on the server; others are invited by an administrator.</p>
      </div>
    </main>
  );
}
