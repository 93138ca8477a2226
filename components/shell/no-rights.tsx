"use client";
import { signOut } from "next-auth/react";
import { Button } from "@/components/ui/button";
import { Mark } from "./mark";

/** For who is signed in and may see nothing yet: it is no failure, and says who can help. */
export function NoRights() {
  return (
    <main className="alone">
      <div>
        <Mark />
        <div className="sheet grid gap-3">
          <h1 className="tt">You have no right here yet</h1>
          <p className="m2">You are signed in, and nobody has given you a right in any legal entity. Ask an administrator for one; it takes effect at once.</p>
          <p className="row"><Button icon="refresh" onClick={() => { window.location.reload(); }}>Look again</Button><Button variant="ghost" icon="log-out" onClick={() => { void signOut({ callbackUrl: "/sign-in" }); }}>Sign out</Button></p>
        </div>
      </div>
    </main>
  );
}
