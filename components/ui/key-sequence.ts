/** Keys of a command as they are written: "j", "?", "g e", "mod+k". `mod` is ⌘ on a Mac, Ctrl elsewhere. */
export type KeySpec = string;

export interface PressedKey { key: string; mod: boolean; alt: boolean }
export interface SequenceState { prefix: string | null; at: number }
export const idle: SequenceState = { prefix: null, at: 0 };

/** A second key counts as part of a sequence within this time. */
export const SEQUENCE_MS = 1_200;

const named: Readonly<Record<string, string>> = { " ": "space", Escape: "esc", Enter: "enter", ArrowDown: "down", ArrowUp: "up", ArrowLeft: "left", ArrowRight: "right", Home: "home", End: "end" };

function spell({ key, mod }: PressedKey): string {
  const plain = named[key] ?? (key.length === 1 ? key.toLowerCase() : key);
  return mod ? `mod+${plain}` : plain;
}

export interface SequenceStep { state: SequenceState; match: KeySpec | null }

/**
 * What one key press means among `specs`. Pure. A first key of a sequence waits for the second and never fires by itself;
 * a key that does not continue the sequence is judged on its own, so a slip never swallows the next command.
 */
export function step(state: SequenceState, pressed: PressedKey, specs: readonly KeySpec[], now: number): SequenceStep {
  if (pressed.alt) return { state: idle, match: null };
  const key = spell(pressed);
  if (state.prefix !== null && now - state.at <= SEQUENCE_MS) {
    const both = `${state.prefix} ${key}`;
    if (specs.includes(both)) return { state: idle, match: both };
  }
  if (specs.some((spec) => spec.startsWith(`${key} `))) return { state: { prefix: key, at: now }, match: null };
  return { state: idle, match: specs.includes(key) ? key : null };
}

const caps: Readonly<Record<string, string>> = { enter: "↵", esc: "Esc", up: "↑", down: "↓", left: "←", right: "→", space: "Space", home: "Home", end: "End" };

/** The key caps to draw: "g e" → G, E; "mod+k" → ⌘K. */
export function keyCaps(spec: KeySpec, mac = true): string[] {
  return spec.split(" ").map((part) => {
    const key = part.replace("mod+", "");
    return `${part.startsWith("mod+") ? (mac ? "⌘" : "Ctrl ") : ""}${caps[key] ?? key.toUpperCase()}`;
  });
}
