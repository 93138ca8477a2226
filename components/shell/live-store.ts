"use client";
import { useSyncExternalStore } from "react";
import type { LiveStatus } from "@/components/ui/live-indicator";

const connecting: LiveStatus = { state: "connecting" };
let current: LiveStatus = connecting;
const listeners = new Set<() => void>();

/** Told by whoever holds the event stream; every top bar shows it. */
export function reportLive(status: LiveStatus): void {
  current = status;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
};

/** The last status that was reported; connecting until then. */
export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(subscribe, () => current, () => connecting);
}
