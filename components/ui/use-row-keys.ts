"use client";
import { useState, type RefObject } from "react";
import { useKeys } from "./keys";
import { moved } from "./row-cursor";

interface RowKeysOptions {
  keys: readonly string[];
  container: RefObject<HTMLElement | null>;
  /** Row whose detail is open, where the cursor starts. */
  openKey?: string | undefined;
  onOpen?: ((key: string) => void) | undefined;
  onPick?: ((key: string) => void) | undefined;
  /** Brings a row into the document before it gets focus (virtual rows). */
  reveal?: ((index: number) => void) | undefined;
  /** False where another list of the page owns the keys. */
  enabled: boolean;
}

/** J and K (or arrows) move the cursor, Enter opens, X ticks. New rows never move the cursor: it holds to its row's key. */
export function useRowKeys({ keys, container, openKey, onOpen, onPick, reveal, enabled }: RowKeysOptions): { active: string | undefined; setActive: (key: string) => void } {
  const [cursor, setCursor] = useState<string | undefined>(openKey);
  const active = cursor !== undefined && keys.includes(cursor) ? cursor : openKey !== undefined && keys.includes(openKey) ? openKey : keys[0];
  const go = (by: number) => () => {
    const index = moved(cursor === undefined ? -1 : keys.indexOf(cursor), by, keys.length);
    const key = keys[index];
    if (key === undefined) return;
    setCursor(key);
    reveal?.(index);
    requestAnimationFrame(() => { container.current?.querySelector<HTMLElement>(`tr[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: reveal !== undefined }); });
  };
  useKeys(enabled ? [
    { keys: "j", label: "next row", run: go(1) },
    { keys: "k", label: "row before", run: go(-1) },
    ...(onOpen === undefined ? [] : [{ keys: "enter", label: "open the row", run: () => { if (cursor !== undefined) onOpen(cursor); } }]),
    ...(onPick === undefined ? [] : [{ keys: "x", label: "tick the row", run: () => { if (cursor !== undefined) onPick(cursor); } }]),
  ] : []);
  return { active, setActive: setCursor };
}
