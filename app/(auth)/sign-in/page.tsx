import type { Metadata } from "next";
import { Mark } from "@/components/shell/mark";
import { returnPath } from "./return-path";
import { offeredProvider } from "@/server/auth/options";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

interface SignInPageProps { searchParams: Promise<{ callbackUrl?: string | string[]; error?: string | string[] }> }

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { callbackUrl, error } = await searchParams;
  const returnTo = returnPath(typeof callbackUrl === "string" ? callbackUrl : undefined);
  return (
    <main className="alone">
      <div>
        <Mark />
        <div className="sheet grid gap-4">
          <h1 className="tt">Sign in</h1>
          {returnTo !== "/" && <p className="sm m2 wrap-anywhere">You go on to <span className="id whitespace-normal">{returnTo}</span>. A session ends by itself after a time.</p>}
          <SignInForm returnTo={returnTo} oidc={offeredProvider()} error={typeof error === "string" ? error : undefined} />
        </div>
        <p className="sm m3 pt-3">Accounts are made by an administrator, on the server or by single sign-on.</p>
      </div>
    </main>
  );
}
