"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { Icon } from "@/components/ui/icon";
import { useSessionEnded } from "./session-store";

/** Says that nothing is read or written any more, and leaves the page with what was typed as it is. */
export function SessionEnded() {
  const ended = useSessionEnded();
  const path = usePathname(), query = useSearchParams().toString();
  if (!ended) return null;
  const here = query === "" ? path : `${path}?${query}`;
  return (
    <div className="ended" role="alert">
      <Icon name="lock" /> <span className="grow"><b>Your session has ended.</b> What is shown is as it was, and nothing more is written. Copy what you typed before you sign in.</span>
      <a className="btn xs" href={`/sign-in?callbackUrl=${encodeURIComponent(here)}`}>Sign in again</a>
    </div>
  );
}
