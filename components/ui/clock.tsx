"use client";
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";

interface ClockValue { now: number; timeZone: string }
const ClockContext = createContext<ClockValue | null>(null);

const TICK_MS = 10_000;
const never = () => () => undefined;
const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export interface ClockProviderProps {
  /** The server's time of this page, so that ages are the same in what it sent and in the browser's first render. */
  initialNow: string;
  /** Zone until the browser has told its own. */
  timeZone?: string | undefined;
  /** Stand still, for samples and pictures. */
  frozen?: boolean | undefined;
  children: ReactNode;
}

/** The time that every Age below measures against. It moves on every ten seconds. */
export function ClockProvider({ initialNow, timeZone = "UTC", frozen = false, children }: ClockProviderProps) {
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    if (frozen) return;
    const start = Date.now();
    const timer = setInterval(() => { setElapsed(Date.now() - start); }, TICK_MS);
    return () => { clearInterval(timer); };
  }, [frozen, initialNow]);
  const zone = useSyncExternalStore(never, frozen ? () => timeZone : browserZone, () => timeZone);
  return <ClockContext value={{ now: Date.parse(initialNow) + elapsed, timeZone: zone }}>{children}</ClockContext>;
}

/** The time and zone to show. Outside a ClockProvider an age cannot be told and the zone is UTC. */
export function useClock(): { now: number | null; timeZone: string } {
  return use(ClockContext) ?? { now: null, timeZone: "UTC" };
}
