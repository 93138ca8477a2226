import { useSyncExternalStore } from "react";

const wide = "(min-width: 900px)";
function watch(changed: () => void): () => void {
  const query = window.matchMedia(wide);
  query.addEventListener("change", changed);
  return () => { query.removeEventListener("change", changed); };
}

/** Whether there is room for a drawing with lanes; true in what the server sends. */
export const useWide = (): boolean => useSyncExternalStore(watch, () => window.matchMedia(wide).matches, () => true);
