"use client";
import { useEffect, useState } from "react";
import { Mark } from "@/components/shell/mark";
import { Button } from "@/components/ui/button";

const RETRY_AFTER_S = 30;

/** Says what is still true, tries again by itself, and gives the reference under which the log has the rest. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const [left, setLeft] = useState(RETRY_AFTER_S);
  useEffect(() => {
    const timer = setInterval(() => { setLeft((seconds) => Math.max(0, seconds - 1)); }, 1_000);
    return () => { clearInterval(timer); };
  }, []);
  useEffect(() => { if (left === 0) reset(); }, [left, reset]);
  return (
    <main className="alone">
      <div>
        <Mark />
        <div className="sheet grid gap-3">
          <h1 className="tt">This page could not be made</h1>
          <p className="m2">Nothing was changed by it: postings and retries go on in the background. It tries again in <span className="n">{left} s</span>.</p>
          {error.digest !== undefined && <p className="sm m2">Reference in the log: <span className="id">{error.digest}</span></p>}
          <p className="row"><Button icon="refresh" onClick={reset}>Try now</Button><Button href="/" variant="ghost">Tower</Button></p>
        </div>
      </div>
    </main>
  );
}
