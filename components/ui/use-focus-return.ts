"use client";
import { useState } from "react";

const focused = (): Element | null => (typeof document === "undefined" ? null : document.activeElement);

/**
 * For dialogs that no trigger of Radix opens: when one closes, focus goes back to where it was, or to the page where that is
 * gone. Without it the next Tab would begin at the top of the document. What had focus is noted before a field inside takes it.
 */
export function useFocusReturn(open: boolean): (event: Event) => void {
  const [wasOpen, setWasOpen] = useState(false);
  const [from, setFrom] = useState<Element | null>(null);
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setFrom(focused());
  }
  return (event) => {
    event.preventDefault();
    const before = from instanceof HTMLElement && from !== document.body && from.isConnected ? from : document.getElementById("main");
    before?.focus({ preventScroll: true });
  };
}
