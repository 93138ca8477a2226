"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useEffect, useRef } from "react";
import { useRouter } from "next/navigation";
import { reportLive } from "@/components/shell/live-store";
import { reportSessionEnded, sessionHasEnded } from "@/components/shell/session-store";
import { useTRPC } from "./client";

/** A burst of signals refreshes what is shown once in this time. */
const spacingMs = 1500;

/** Null where the server cannot be asked. */
async function isSignedIn(): Promise<boolean | null> {
  try {
    const answer = await fetch("/api/auth/session");
    return answer.ok ? ((await answer.json()) as { user?: unknown } | null)?.user !== undefined : null;
  } catch {
    return null;
  }
}

/**
 * Holds the one event stream of the window. Each "changed" refetches what is shown, keeping place and selection; without a
 * session the page stays as it is, with what was typed. A lost connection is told by the top bar, and the next signal makes up for what was missed.
 */
export function LiveSignal() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const last = useRef({ at: 0, timer: undefined as ReturnType<typeof setTimeout> | undefined });
  // A refresh without a session would be answered with the sign-in page: whether there still is one is asked right before.
  const renew = async (): Promise<void> => {
    await queryClient.invalidateQueries();
    const here = sessionHasEnded() ? null : await isSignedIn();
    if (here === false) reportSessionEnded();
    if (here) router.refresh();
  };
  const refresh = (): void => {
    const state = last.current;
    clearTimeout(state.timer);
    const wait = Math.max(0, state.at + spacingMs - Date.now());
    state.timer = setTimeout(() => { state.at = Date.now(); void renew(); }, wait);
  };
  const subscription = useSubscription(trpc.live.changed.subscriptionOptions(undefined, {
    onData: ({ data }) => { reportLive({ state: "live", changedAt: data.at }); refresh(); },
  }));
  const { status } = subscription;
  useEffect(() => {
    if (status === "error") reportLive({ state: "stale", asOf: new Date().toISOString() });
    else if (status === "connecting") reportLive({ state: "connecting" });
  }, [status]);
  useEffect(() => { const state = last.current; return () => { clearTimeout(state.timer); }; }, []);
  return null;
}
