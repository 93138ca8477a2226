import type { Metadata } from "next";
import { Mark } from "@/components/shell/mark";
import { returnPath } from "./return-path";
import { offeredProvider } from "@/server/auth/options";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

interface SignInPageProps { searchParams: Promise<{ callbackUrl?: string | string[]; error?: string | string[] }> }

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { callbackUrl, error } = await searchParams;
  return (
    <main className="alone">
      <div>
        <Mark />
        <div className="sheet grid gap-4">
          <h1 className="tt">Sign in</h1>
          <SignInForm returnTo={returnPath(typeof callbackUrl === "string" ? callbackUrl : undefined)} oidc={offeredProvider()} failed={error !== undefined} />
        </div>
        <p className="sm m3 pt-3">The first administrator is made on the server; others are invited by an administrator.</p>
      </div>
    </main>
  );
}
