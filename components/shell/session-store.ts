"use client";
import { useSyncExternalStore } from "react";

let ended = false;
const listeners = new Set<() => void>();

/** Told by whoever is refused for want of a session. Only a new page, which needs a new session, takes it back. */
export function reportSessionEnded(): void {
  if (ended) return;
  ended = true;
  for (const listener of listeners) listener();
}
export const sessionHasEnded = (): boolean => ended;

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
};

export const useSessionEnded = (): boolean => useSyncExternalStore(subscribe, sessionHasEnded, () => false);
