"use client";
import { createContext, use, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from "react";
import { idle, step, type KeySpec, type SequenceState } from "./key-sequence";

export interface KeyBinding {
  keys: KeySpec;
  /** What it does, for the list of all keys: "open the row". */
  label: string;
  run: () => void;
  /** Heading in the list of all keys. */
  group?: "Everywhere" | "Go to" | "Here" | undefined;
}

interface KeyRegistry { add: (bindings: readonly KeyBinding[]) => () => void; all: readonly KeyBinding[] }
const KeyContext = createContext<KeyRegistry | null>(null);

const writes = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) && !(target instanceof HTMLInputElement && target.type === "checkbox");
const insideOverlay = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null;
const ownsEnter = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest("a, button, summary, [role=button]") !== null;

/**
 * The one place that listens to the keyboard. Plain keys are never taken from somebody who writes, and only `mod+` keys work
 * while a dialog or menu is open. Of two bindings with the same keys the one that was registered last wins.
 */
export function KeyProvider({ children }: { children: ReactNode }) {
  const [layers, setLayers] = useState<readonly (readonly KeyBinding[])[]>([]);
  const sequence = useRef<SequenceState>(idle);
  const add = useCallback((bindings: readonly KeyBinding[]) => {
    setLayers((before) => [...before, bindings]);
    return () => { setLayers((before) => before.filter((layer) => layer !== bindings)); };
  }, []);
  const all = useMemo(() => [...new Map(layers.flat().map((binding) => [binding.keys, binding])).values()], [layers]);

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const mod = event.metaKey || event.ctrlKey;
    if (!mod && (writes(event.target) || insideOverlay())) return;
    if (event.key === "Enter" && ownsEnter(event.target)) return;
    const next = step(sequence.current, { key: event.key, mod, alt: event.altKey }, all.map((binding) => binding.keys), event.timeStamp);
    sequence.current = next.state;
    if (next.match === null) return;
    event.preventDefault();
    all.find((binding) => binding.keys === next.match)?.run();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => { onKey(event); };
    window.addEventListener("keydown", listen);
    return () => { window.removeEventListener("keydown", listen); };
  }, []);

  const registry = useMemo(() => ({ add, all }), [add, all]);
  return <KeyContext value={registry}>{children}</KeyContext>;
}

/** Binds keys while the component is shown. `run` always sees the newest props and state. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const add = use(KeyContext)?.add;
  const call = useEffectEvent((keys: KeySpec) => { bindings.find((binding) => binding.keys === keys)?.run(); });
  const shape = JSON.stringify(bindings.map(({ keys, label, group }) => ({ keys, label, group })));
  useEffect(() => {
    if (add === undefined) return;
    const layer = (JSON.parse(shape) as Omit<KeyBinding, "run">[]).map((binding) => ({ ...binding, run: () => { call(binding.keys); } }));
    return add(layer);
  }, [add, shape]);
}

/** Every key that works at this moment. */
export function useAllKeys(): readonly KeyBinding[] {
  return use(KeyContext)?.all ?? [];
}
